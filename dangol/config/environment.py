"""Reading of the environment: typed, and loud when something is wrong."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent
SHORTEST_SECRET = 32
LONGEST_WAIT = 6
"""Seconds that a page waits for a connection to the database: shorter than a web process takes to end."""


def data_directory() -> Path:
    """Return where this installation keeps its files: `DANGOL_DATA`, else `var/` beside the code."""
    return Path(os.environ.get("DANGOL_DATA", ROOT / "var")).resolve()


def keys_folder(data: Path) -> Path:
    """Return where the wrapped keys of the workspaces lie. Every machine of the installation needs the same folder."""
    return Path(os.environ.get("DANGOL_KEYS") or data / "keys")


def anchors_folder(data: Path) -> Path:
    """Return where the heads of the audit records' seals are written: best where this machine cannot rewrite them."""
    return Path(os.environ.get("DANGOL_AUDIT_ANCHORS") or data / "audit")


def env_bool(name: str, *, default: bool) -> bool:
    """Read a yes-or-no setting: 1/0, true/false, yes/no, on/off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def env_count(name: str, *, default: int) -> int:
    """Read a number that is at least one."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value.isdecimal() and int(value) > 0:
        return int(value)
    raise ImproperlyConfigured(f"{name} must be a number from 1 on, not {value!r}.")


def env_secret(name: str) -> str:
    """
    Read a secret from `NAME`, or from the file that `NAME_FILE` names, or from the data directory's secrets.

    :raises ImproperlyConfigured: if there is none, or one so short that it could be guessed
    """
    value = env_text(name) or str(stored("secrets.json").get(name, ""))
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Run `python -m dangol prepare`, or set it in the environment.")
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} is too short: use {SHORTEST_SECRET} random characters or more.")
    return value


def env_text(name: str) -> str:
    """Read `NAME`, or the file that `NAME_FILE` names; neither is set: empty."""
    if value := os.environ.get(name):
        return value
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else ""


def stored(name: str) -> dict[str, Any]:
    """Read one JSON file of the data directory; an absent file is empty."""
    path = data_directory() / name
    if not path.exists():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def database_settings() -> dict[str, Any]:
    """
    Return Django's settings for the one database.

    `DANGOL_DB_ROLE` chooses the role: `runtime` (the default, walled in by row-level security) or `owner` (migrations).
    """
    role = os.environ.get("DANGOL_DB_ROLE", "runtime")
    return parsed_database_url(database_url(role), pooled=role == "runtime")


def database_url(role: str) -> str:
    """Return the database's address for `runtime` or `owner`: from the environment, else as `prepare` left it."""
    url = env_text(f"DATABASE_{role.upper()}_URL") or stored("database.json").get(role)
    if not url:
        raise ImproperlyConfigured("No database is prepared. Run `python -m dangol prepare`.")
    return str(url)


def parsed_database_url(url: str, *, pooled: bool) -> dict[str, Any]:
    """Turn `postgresql://user:password@host:port/name` (host may be a socket directory, %2F-quoted) into settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://.")
    options: dict[str, Any] = {}
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 12, "timeout": LONGEST_WAIT}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(_host(parts.netloc)),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }


def _host(netloc: str) -> str:
    """Return the host as it is written: `urlsplit` lowers its case, which breaks socket directories."""
    place = netloc.rpartition("@")[2]
    return place.partition("]")[0].removeprefix("[") if place.startswith("[") else place.partition(":")[0]
