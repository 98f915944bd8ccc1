"""Opening what is kept about a source: its secrets unsealed, its folder below the one of the workspace."""

import json

from django.conf import settings

from dangol.integrations.data_sources.contracts import Place
from dangol.integrations.data_sources.models import Source
from dangol.kit.sealed_columns import opened, sealed


def place_of(source: Source) -> Place:
    """Return where to read, with open secrets. Keep it in memory only."""
    host = str(source.place.get("host") or "")
    is_allowed = source.is_private_allowed and settings.PRIVATE_SOURCES
    return Place(
        kind=source.kind,
        where=source.place,
        what=source.content,
        secrets=open_secrets(source),
        private_hosts=frozenset([host.lower()]) if is_allowed and host else frozenset(),
        folder=_folder(source.workspace.slug),
    )


def open_secrets(source: Source) -> dict[str, str]:
    """Return the passwords and keys of a source by their names."""
    text = opened(source, "secrets")
    return dict(json.loads(text)) if text else {}


def sealed_secrets(source: Source, secrets: dict[str, str]) -> str:
    """Return the passwords and keys as they are stored: they open for this source of this workspace only."""
    kept = {name: value for name, value in secrets.items() if value}
    return sealed(source, "secrets", json.dumps(kept)) if kept else ""


def _folder(slug: str) -> str:
    return f"{settings.SOURCES_FOLDER}/{slug}" if settings.SOURCES_FOLDER else ""
