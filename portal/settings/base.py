"""Production. Fails closed: no default secret, host or database, no debugging.

Every address is one environment variable, read here and honoured by `dev` and `test` too.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from portal import logs

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# What seals the audit log, the one in use first (docs/audit.md); `SECRET_KEY` and its fallbacks without any.
AUDIT_KEYS = env.list("AUDIT_KEYS", default=[])
# What makes the marks of erased people; the same.
PRIVACY_KEYS = env.list("PRIVACY_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not SECRET_KEY or not ALLOWED_HOSTS:
    raise ImproperlyConfigured("SECRET_KEY and ALLOWED_HOSTS must not be empty.")
DEBUG = False
# A made-up community and its one-click accounts: `dev` alone.
DEMONSTRATION = False

SITE_NAME = "Portail des startups d’État"
SITE_URL = env.str("SITE_URL", default=f"https://{ALLOWED_HOSTS[0].lstrip('.')}")

# Applications ---------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "recruitment",
    "community",
    "search",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "ninja",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "widget_tweaks",
    "dsfr",
    "django_htmx",
    "django_guid",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "portal.middleware.tell_requests",
    # What every answer says to a browser, those of the middleware below included.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.plain_addresses",
    "portal.middleware.private_to_who_reads",
    "portal.middleware.CrossedActs",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "community.middleware.keep_last_seen",
    "community.middleware.ask_second_factor",
    "community.typed.keep_typed",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.site",
            ],
        },
    },
]
FORM_RENDERER = "dsfr.forms.DsfrDjangoTemplates"
# Two cookies are promised on the page about cookies: session and CSRF. So messages wait in the session.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Database, cache, mail, tasks -----------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One machine: readers never wait for the writer, and two writers queue instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes, because rate limits count in it.
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://portal_cache")}
if CACHES["default"]["BACKEND"].endswith((".DatabaseCache", ".LocMemCache")):
    # Django keeps 300 entries there and throws a third of them away beyond that: whoever makes many would wipe out the
    # counts of others.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 100_000)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
# What leaves goes through the queue of the database, whoever sends it; `send_mail --watch` empties it by this way.
MAIL_TRANSPORT = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_BACKEND = "community.mail.backend.QueueBackend"
# Seconds for each answer of the mail server.
EMAIL_TIMEOUT = 10
# A code to sign in is tried by the web process itself, beside the request, as soon as it is committed.
MAIL_SEND_AT_ONCE: bool = env.bool("MAIL_SEND_AT_ONCE", default=True)
# Days: mails that were sent lose their content, and later go.
MAIL_BODY_DAYS = env.int("MAIL_BODY_DAYS", default=30)
MAIL_KEEP_DAYS = env.int("MAIL_KEEP_DAYS", default=365)
# The hour of Europe/Paris from which the digests of the days that are over are made.
MAIL_DIGEST_HOUR = env.int("MAIL_DIGEST_HOUR", default=7)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"ne-pas-repondre@{ALLOWED_HOSTS[0].lstrip('.')}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# The domain of the addresses that the community gives (`prenom.nom@` it): who reads the mail sent to one may take over
# the record of that name. Empty: this way is not offered.
COMMUNITY_MAIL_DOMAIN = env.str("COMMUNITY_MAIL_DOMAIN", default="")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Search ---------------------------------------------------------------------

# One or several addresses, separated by commas; empty for the embedded engine. The rest is explained in
# docs/deployment.md and in `search.engines.elastic.connection`.
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_OPTIONS = {
    "api_key": env.str("ELASTICSEARCH_API_KEY", default=""),
    "username": env.str("ELASTICSEARCH_USERNAME", default=""),
    "password": env.str("ELASTICSEARCH_PASSWORD", default=""),
    "ca_certs": env.str("ELASTICSEARCH_CA_CERTS", default=""),
    "client_cert": env.str("ELASTICSEARCH_CLIENT_CERT", default=""),
    "client_key": env.str("ELASTICSEARCH_CLIENT_KEY", default=""),
    "timeout": env.float("ELASTICSEARCH_TIMEOUT", default=2.0),
    "shards": env.int("ELASTICSEARCH_SHARDS", default=1),
    "replicas": env.int("ELASTICSEARCH_REPLICAS", default=None),
}
SEARCH_INDEX_DIR = Path(env.str("SEARCH_INDEX_DIR", default=str(VAR_DIR / "search")))
# Part of every index name, so that two environments may share a cluster.
SEARCH_INDEX_PREFIX = env.str("SEARCH_INDEX_PREFIX", default="portail")
# Seconds between two looks of each web process at what the index lacks; 0: none looks (`search_drain --watch` does).
SEARCH_DRAIN_INTERVAL = env.float("SEARCH_DRAIN_INTERVAL", default=10.0)

# Files ----------------------------------------------------------------------

MEDIA_URL = "/fichiers/"
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))
# What only some may read, such as candidates' documents: no web server may serve this folder, views alone do.
PRIVATE_ROOT = env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private"))
# Who was erased, under digests that name nobody: a line each, added as it happens. Kept apart from the backups of the
# database, because it is what a restored one is compared with (`replay_erasures`).
ERASURE_LIST = env.str("ERASURE_LIST", default=str(VAR_DIR / "erasures.txt"))
STATIC_URL = "/statique/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": PRIVATE_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
# The manifest storage rewrites the addresses in the style sheets, which then fail their published checksum.
DSFR_USE_INTEGRITY_CHECKSUMS = False
DSFR_MARK_OPTIONAL_FIELDS = True

# Language and time ----------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
USE_THOUSAND_SEPARATOR = True

# People ---------------------------------------------------------------------

AUTH_USER_MODEL = "community.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_SIGNUP_REDIRECT_URL = "/bienvenue/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "community.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "community.sign_in.SignInForm",
    "signup": "community.sign_in.OpenAccountForm",
    "confirm_login_code": "community.sign_in.SignInCodeForm",
    "confirm_email_verification_code": "community.sign_in.VerifyAddressForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# No password among the sign-up fields: the sign-in form asks for the address alone and sends a code.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whoever holds an account is told of each change of its address and of its second factors.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Seconds during which a proof of who one is holds, before what is sensitive (`community.proof`).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Counted in the shared cache. `key`: the address, or the account, whichever machine asks; what is not named here has
# allauth's own limits. Wrong codes of a sign-in, codes asked for, those that open an account or verify an address
# (many machines fill nobody's box), wrong second factors, codes asked for as a proof.
ACCOUNT_RATE_LIMITS = {
    "wrong_code": "20/m/ip,30/h/key",
    "request_login_code": "20/m/ip,3/m/key,15/h/key",
    "confirm_email": "1/10s/key,15/h/key",
    "login_failed": "20/m/ip,5/5m/key,30/d/key",
    "proof_code": "3/m/user,15/h/user",
    # Codes sent to the address of a record (the key), wishes for a record, invitations (the key: an address), and
    # roles given to an address, which tell whether somebody has an account.
    "claim_code": "20/h/ip,5/h/user,6/d/key",
    "claim": "10/d/user",
    "invitation": "30/h/user,5/d/key",
    "role_by_address": "20/h/user",
    # Making the copy of one's data reads every session.
    "own_copy": "10/h/user",
    # A whole administration may come from one address.
    "proconnect": "120/m/ip",
}
MFA_ADAPTER = "community.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "community.passkeys.SecondFactorForm",
    "reauthenticate": "community.passkeys.ProveSecondFactorForm",
    "activate_totp": "community.passkeys.ActivateAppForm",
    "login_webauthn": "community.passkeys.SignInByPasskeyForm",
    "authenticate_webauthn": "community.passkeys.PasskeyForm",
    "reauthenticate_webauthn": "community.passkeys.ProvePasskeyForm",
    "add_webauthn": "community.passkeys.AddPasskeyForm",
    "edit_webauthn": "community.passkeys.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = SITE_NAME
# The code before and the code after are good too: clocks differ, and people type.
MFA_TOTP_TOLERANCE = 1
# Staff, editors and jurors always need a second factor; with this, leads and recruiters of startups too.
SECOND_FACTOR_OF_TEAMS = env.bool("SECOND_FACTOR_OF_TEAMS", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("ALLAUTH_TRUSTED_PROXY_COUNT", default=0)
# ProConnect, for public agents (docs/deployment.md): without these three nothing of it is shown.
PROCONNECT_ISSUER = env.str("PROCONNECT_ISSUER", default="")
PROCONNECT_CLIENT_ID = env.str("PROCONNECT_CLIENT_ID", default="")
PROCONNECT_CLIENT_SECRET = env.str("PROCONNECT_CLIENT_SECRET", default="")
# The levels of assurance (`acr`) that open an account.
PROCONNECT_ACR = env.list("PROCONNECT_ACR", default=["eidas1", "eidas1-mfa", "eidas2", "eidas3"])
if len({bool(value) for value in (PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID, PROCONNECT_CLIENT_SECRET)}) > 1:
    raise ImproperlyConfigured("PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID and PROCONNECT_CLIENT_SECRET go together.")
if not PROCONNECT_ISSUER.startswith(("https://", "http://localhost:")) and PROCONNECT_ISSUER:
    raise ImproperlyConfigured("PROCONNECT_ISSUER must be an address that begins with https://.")
SOCIALACCOUNT_ADAPTER = "community.proconnect.linking.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "community.proconnect.provider.ProConnectProvider"},
}

# Security -------------------------------------------------------------------

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# With this prefix browsers take a cookie only if it is encrypted, for this host alone and for the whole of it: no
# neighbouring host can plant one.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
# Wagtail allows its own previews in a frame by itself.
X_FRAME_OPTIONS = "DENY"
# Nothing from elsewhere, and nothing written into a page runs: no page holds a script or a style of its own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        # The design system draws its signs as `data:` pictures.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The editors' own place, which none but them may open: Wagtail writes scripts and styles into its pages, shows
# previews in a frame and pictures before they are sent.
EDITORS_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}
# What a browser can do and no page of ours asks for. Passkeys are asked for by the portal itself.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    **{
        feature: []
        for feature in (
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "screen-wake-lock",
            "usb",
            "xr-spatial-tracking",
        )
    },
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
}

# Wagtail --------------------------------------------------------------------

WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
# An address opens an account: it is changed on the account's page, where a code proves that it is theirs.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_I18N_ENABLED = False
# Pages show nothing from elsewhere, and the server fetches no address that somebody gives.
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
# Served from the portal's own address: nothing that a browser would run there.
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odp", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# No file is kept that no form asks for: the pages that take some bring a handler of their own.
FILE_UPLOAD_HANDLERS = [
    "community.uploads.UnaskedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Logs: one line of JSON an event, with the request's id and nobody's name (portal.logs) ---

DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "VALIDATE_GUID": True,
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,
}
LOGGING = logs.settings_for(
    {
        # Every saved page runs two tasks: what went well is not news.
        **{name: {"level": "WARNING"} for name in ("django_guid", "django_tasks", "wagtail")},
        # Without its mails to administrators, which hold whole requests.
        "django": {"level": "INFO", "handlers": []},
        # One line for each request to the cluster otherwise.
        "elastic_transport": {"level": "WARNING"},
        # Names each passkey that is used.
        "fido2": {"level": "WARNING"},
        # What is not found or not allowed is told by the portal's own line about each request.
        "django.request": {"level": "ERROR"},
    }
)
