"""Which storage this installation uses."""

from functools import cache
from pathlib import Path

from django.conf import settings

from dangol.tracking.lake.storage import Folder, Storage


@cache
def storage() -> Storage:
    """Return the lake of this installation, as `DANGOL_LAKE` names it."""
    return storage_at(settings.LAKE)


def storage_at(place: str) -> Storage:
    """
    Return the lake at a place.

    :param place: a folder, or `s3://bucket/folder?region=…&endpoint_override=…`
    """
    if "://" not in place:
        return Folder(Path(place).resolve())
    from dangol.tracking.lake.object_store import ObjectStore  # noqa: PLC0415 - loads 50 MB that a folder does not need

    return ObjectStore.at(place, copies=settings.DATA_DIRECTORY / "lake-copies")
