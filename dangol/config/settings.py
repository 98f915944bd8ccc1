"""Django settings of every process. What differs between installations comes from the environment."""

import os
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dangol.config.environment import (
    ROOT,
    anchors_folder,
    data_directory,
    database_settings,
    env_bool,
    env_secret,
    env_text,
    keys_folder,
)

DATA_DIRECTORY = data_directory()
DEBUG = env_bool("DANGOL_DEBUG", default=False)
SECRET_KEY = env_secret("DANGOL_SECRET_KEY")
SECRET_KEY_FALLBACKS = env_text("DANGOL_FORMER_SECRET_KEYS").split()
MASTER_KEY = env_secret("DANGOL_MASTER_KEY")
"""Wraps the keys of the workspaces, see `kit.keyring`."""
FORMER_MASTER_KEYS = env_text("DANGOL_FORMER_MASTER_KEYS").split()
KEYS_FOLDER = str(keys_folder(DATA_DIRECTORY))
KEY_SERVICE = os.environ.get("DANGOL_KEY_SERVICE", "dangol.kit.keyring.OwnMasterKey")
PUBLIC_URL = os.environ.get("DANGOL_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = [*os.environ.get("DANGOL_ALLOWED_HOSTS", "localhost,[::1]").split(","), "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
MAIL_CATCHER_DIR = os.environ.get("DANGOL_MAIL_CATCHER_DIR", "")
SOURCES_FOLDER = os.environ.get("DANGOL_SOURCES_FOLDER", "")
"""Files that data sources may read lie below here, each workspace's in a folder named like it. Empty: none."""
PRIVATE_SOURCES = env_bool("DANGOL_PRIVATE_SOURCES", default=True)
"""Whether administrators of workspaces may let data sources and mail servers lead into a private network."""
INSIDE_HOSTS = os.environ.get("DANGOL_INSIDE_HOSTS", "").lower().split()
"""Hosts there that everybody may use even so, such as the house's own mail server."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "csp",
    "procrastinate.contrib.django",
    "dangol.ui",
    "dangol.workspaces",
    "dangol.customers",
    "dangol.tracking",
    "dangol.relations",
    "dangol.segments",
    "dangol.messaging",
    "dangol.marketing",
    "dangol.privacy",
    "dangol.desk",
    "dangol.api",
    "dangol.integrations.mail_catcher",
    "dangol.integrations.bounce_mailbox",
    "dangol.integrations.data_sources",
    "dangol.integrations.webhooks",
    "dangol.integrations.event_files",
    "dangol.integrations.devices",
    "dangol.integrations.tills",
    "dangol.integrations.short_links",
    "dangol.config",
    "allauth",  # below the rooms, so that the templates of the workspaces room come first
    "allauth.account",
    "allauth.mfa",
]

METRICS_TOKEN = env_text("DANGOL_METRICS_TOKEN")
"""What Prometheus shows as its bearer token. Without one, /metrics answers this machine only."""

MIDDLEWARE = [
    "dangol.config.request_names.RequestNameMiddleware",
    "dangol.config.measures.MeasureMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dangol.config.caching.UnkeptMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dangol.workspaces.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dangol.workspaces.whole_pages.WholePageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dangol.api.problems.ProblemMiddleware",
]

ROOT_URLCONF = "dangol.config.urls"
ASGI_APPLICATION = "dangol.config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "template_partials.templatetags.partials",
                "dangol.ui.templatetags.components",
                "dangol.ui.templatetags.words",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dangol.desk.navigation.navigation",
            ],
        },
    }
]

DATABASES = {"default": database_settings()}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_memory",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "dangol.workspaces.passwords.HardToGuess"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "dangol.workspaces.sign_in.FrontDoor"
ACCOUNT_RATE_LIMITS = {"login": None}  # only wrong tries are counted, by the adapter: a whole office has one address
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("DANGOL_TRUSTED_PROXIES", "0"))
"""How many proxies of our own stand in front; the outermost of them wrote the caller's address in X-Forwarded-For."""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
"""For how many seconds a password or second factor just given is proof enough for a dangerous act."""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
SESSION_ENGINE = "dangol.workspaces.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
MFA_ADAPTER = "dangol.workspaces.second_factor.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Dangol"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SESSION_COOKIE_SECURE  # browsers take http://localhost and nothing else
COOKIE_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would hold names of customers
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 365 * 86400 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIRECTORY / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIRECTORY / "files"
BACKUP = os.environ.get("DANGOL_BACKUP", "")
"""The folder or the bucket into which the process that keeps the backups writes them. Empty: there are none."""
AUDIT_ANCHORS = str(anchors_folder(DATA_DIRECTORY))
LAKE = os.environ.get("DANGOL_LAKE") or str(DATA_DIRECTORY / "lake")
LAKE_IDS = os.environ.get("DANGOL_LAKE_IDS", "uuid")
SPARK = os.environ.get("DANGOL_SPARK", "")
CLAMD = os.environ.get("DANGOL_CLAMD", "")
"""The malware scanner that looks at every uploaded file: `host:port` or the path of its socket."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "operations"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"route_only": {"()": "dangol.config.request_names.RouteOnly"}},
    "formatters": {
        "line": {
            "()": "dangol.config.log_lines.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "dangol.config.request_names.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("DANGOL_LOG") == "json" else "line",
            "filters": ["route_only"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"dangol": {"level": "INFO"}},
}
