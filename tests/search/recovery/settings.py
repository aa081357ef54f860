"""Production's database and engines, for processes that are killed: the search, its books and authors alone."""

import os

for _name, _value in {"SECRET_KEY": "recovery-only", "ALLOWED_HOSTS": "testserver"}.items():
    os.environ.setdefault(_name, _value)

from portal.settings.base import *  # noqa: E402, F403

INSTALLED_APPS = ["search", "tests.search.library"]
MIDDLEWARE = []
ROOT_URLCONF = "tests.search.recovery.urls"
SECURE_SSL_REDIRECT = False
