"""Makes an empty database: `python -m tests.search.faults.prepare FILE`."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.search.faults.settings"

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
with connection.cursor() as cursor:
    # All of it in the one file, which is about to be copied.
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
