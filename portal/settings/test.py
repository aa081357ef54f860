"""What the tests run under: production's rules, with embedded services that leave no trace."""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

# Processes started by this one (workers of pytest-xdist, commands) find the folder’s name in their environment. Who
# writes there makes it; it vanishes with the process that named it. In memory where there is room: each commit of an
# index waits for the disk some thirty times.
if "TEST_VAR_DIR" not in os.environ:
    _memory = Path("/dev/shm")  # noqa: S108 - the name below cannot be guessed
    _is_roomy = _memory.is_dir() and shutil.disk_usage(_memory).free > 2 * 1024**3
    _parent = _memory if _is_roomy else tempfile.gettempdir()
    os.environ["TEST_VAR_DIR"] = f"{_parent}/portail-test-{secrets.token_hex(6)}"
    atexit.register(shutil.rmtree, os.environ["TEST_VAR_DIR"], ignore_errors=True)
TEST_VAR_DIR = Path(os.environ["TEST_VAR_DIR"])

# A server that is given is for the tests that ask for Elasticsearch; the others keep the embedded engine.
if "ELASTICSEARCH_URL" in os.environ:
    os.environ["TEST_ELASTICSEARCH_URL"] = os.environ.pop("ELASTICSEARCH_URL")
TEST_ELASTICSEARCH_URL = os.environ.get("TEST_ELASTICSEARCH_URL", "")

for _name, _value in {
    "SECRET_KEY": "test-only-" + "x" * 50,
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SITE_URL": "http://testserver",
    "DATABASE_URL": "sqlite://:memory:",
    "CACHE_URL": "locmemcache://",
    "EMAIL_URL": "memorymail://",
    # A thread would look for the row in another database than the test's.
    "MAIL_SEND_AT_ONCE": "false",
    "SEARCH_INDEX_DIR": str(TEST_VAR_DIR / "search"),
    "MEDIA_ROOT": str(TEST_VAR_DIR / "media"),
    "PRIVATE_ROOT": str(TEST_VAR_DIR / "private"),
    "ERASURE_LIST": str(TEST_VAR_DIR / "erasures.txt"),
}.items():
    os.environ.setdefault(_name, _value)

from .base import *  # noqa: E402, F403

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
# Browsers take no cookie of the production's names without encryption.
SESSION_COOKIE_NAME = "sessionid"
CSRF_COOKIE_NAME = "csrftoken"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
SEARCH_DRAIN_INTERVAL = 0.0

# Books and authors: a world of its own for the tests of the engine.
INSTALLED_APPS += ["tests.search.library"]  # noqa: F405
