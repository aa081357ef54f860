"""One machine, no server but this one: the embedded defaults. `make run` uses it; never expose it to the internet."""

import os
from pathlib import Path

_VAR = Path(__file__).resolve().parent.parent.parent / "var"
_VAR.mkdir(exist_ok=True)
for _name, _value in {
    "SECRET_KEY": "development-only-" + "x" * 50,
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "SITE_URL": "http://localhost:" + os.environ.get("PORT", "8000"),
    "DATABASE_URL": f"sqlite:///{_VAR / 'portal.sqlite3'}",
    "CACHE_URL": "dbcache://portal_cache",
    "EMAIL_URL": "consolemail://",
    "COMMUNITY_MAIL_DOMAIN": "demo.example",
    "SEARCH_INDEX_DIR": str(_VAR / "search"),
    "MEDIA_ROOT": str(_VAR / "media"),
    "PRIVATE_ROOT": str(_VAR / "private"),
}.items():
    os.environ.setdefault(_name, _value)

from .base import *  # noqa: E402, F403
from .base import STORAGES as _STORAGES  # noqa: E402
from .base import TEMPLATES as _TEMPLATES  # noqa: E402
from .base import env as _env  # noqa: E402

# Who tries the portal sees its own error pages; who works on it sets DEBUG=1.
DEBUG = _env.bool("DEBUG", default=False)
# Styles and scripts are served from where they lie, without collecting them first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
# Browsers take no cookie of the production's names without encryption.
SESSION_COOKIE_NAME = "sessionid"
CSRF_COOKIE_NAME = "csrftoken"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
STORAGES = {
    **_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Read by a person, beside the lines of the development server about each request.
LOGGING["formatters"]["json"] = {"format": "{asctime} {levelname} {name} {message}", "style": "{"}  # noqa: F405
LOGGING["loggers"]["portal.requests"] = {"level": "WARNING"}  # noqa: F405

# Mails are printed where the portal runs, and kept in a folder that a page of the demonstration reads.
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend":  # noqa: F405
    MAIL_TRANSPORT = "portal.demo.mailbox.MailboxBackend"
MAILBOX_DIR = Path(_env.str("MAILBOX_DIR", default=str(_VAR / "mail")))

DEMONSTRATION = True
# One click signs in as a demonstration account: this address and its view exist nowhere else.
ROOT_URLCONF = "portal.demo.urls"
_OPTIONS: dict = _TEMPLATES[0]["OPTIONS"]  # type: ignore[assignment]
_OPTIONS["context_processors"].append("portal.demo.signin.demo_accounts")
