"""The WSGI entry point: `gunicorn portal.wsgi` in production, and `manage.py runserver` by `WSGI_APPLICATION`."""

import os

import django

from portal.requests import PortalHandler
from search.engines import get_engine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
django.setup(set_prefix=False)
application = PortalHandler()

# A server runs no system check: a search engine that is set wrongly is told now, not to whoever searches first.
get_engine()
