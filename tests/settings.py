"""Settings of the tests: the product's own, against a scratch database and without asset hashing."""

import os
import tempfile

os.environ.setdefault("DANGOL_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-only-for-tests")
os.environ.setdefault("DANGOL_MASTER_KEY", "also-only-for-tests-also-only-for-tests")
os.environ.setdefault("DATABASE_RUNTIME_URL", "postgresql://dangol_runtime:runtime@127.0.0.1:1/not-yet-chosen")
os.environ.setdefault("DANGOL_DATA", tempfile.mkdtemp(prefix="dangol-tests-"))

from dangol.config.settings import *  # noqa: F403 - the environment above comes first

DATABASES["default"]["OPTIONS"].pop("pool", None)  # noqa: F405 - from the settings above
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - from the settings above; whitenoise warns without it
