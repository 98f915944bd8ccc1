"""Which storage this installation uses."""

from functools import cache
from pathlib import Path

from django.conf import settings

from dangol.tracking.lake.storage import LakeFolder, LakeStorage


@cache
def storage() -> LakeStorage:
    """Return the lake of this installation, as `DANGOL_LAKE` names it."""
    return storage_at(settings.LAKE)


def storage_at(place: str) -> LakeStorage:
    """
    Return the lake at a place.

    :param place: a folder, or `s3://bucket/folder?region=…&endpoint_override=…`
    """
    if "://" not in place:
        return LakeFolder(Path(place).resolve())
    from dangol.tracking.lake.bucket import LakeBucket  # noqa: PLC0415 - loads 50 MB that a folder does not need

    return LakeBucket.at(place, local=settings.DATA_DIRECTORY / "lake-copies")
