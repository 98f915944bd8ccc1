"""JSON objects as texts by their keys, so that every engine compares what PostgreSQL's `->>` would have given it."""

from collections.abc import Iterator

import msgspec

from dangol.tracking.contracts import INSIDE

_objects = msgspec.json.Decoder(dict[str, msgspec.Raw])


def texts_by_key(document: str | bytes, outer: str = "") -> Iterator[tuple[str, str | None]]:
    """Yield every value of an object, and of the objects inside, as PostgreSQL wrote it into its JSON."""
    for key, raw in _objects.decode(document).items():
        value = bytes(raw)
        yield outer + key, _text(value)
        if value.startswith(b"{"):
            yield from texts_by_key(value, f"{outer}{key}{INSIDE}")


def _text(value: bytes) -> str | None:
    if value == b"null":
        return None
    return msgspec.json.decode(value, type=str) if value.startswith(b'"') else value.decode()
