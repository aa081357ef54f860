"""The WSGI entry point of production: `gunicorn portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from search.engines import get_engine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
application = get_wsgi_application()

# A server runs no system check: a search engine that is set wrongly is told now, not to whoever searches first.
get_engine()
