"""What the tests run under: production's rules, with embedded services that leave no trace."""

import os
import tempfile
from pathlib import Path

_VAR = Path(tempfile.mkdtemp(prefix="portail-test-"))
for _name, _value in {
    "SECRET_KEY": "test-only-" + "x" * 50,
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SITE_URL": "http://testserver",
    "DATABASE_URL": "sqlite://:memory:",
    "CACHE_URL": "locmemcache://",
    "EMAIL_URL": "memorymail://",
    "SEARCH_INDEX_DIR": str(_VAR / "search"),
    "MEDIA_ROOT": str(_VAR / "media"),
}.items():
    os.environ.setdefault(_name, _value)

from .base import *  # noqa: E402, F403

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Books and authors: a world of its own for the tests of the engine.
INSTALLED_APPS += ["tests.search.library"]  # noqa: F405
