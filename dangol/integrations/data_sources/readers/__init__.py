"""One reader per kind of source."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from django.utils.translation import gettext as _

from dangol.integrations.data_sources.contracts import Place, Reader, SourceRefuses
from dangol.integrations.data_sources.enums import Kind
from dangol.integrations.data_sources.readers import files, rest, sql

OPENERS: Mapping[Kind, Callable[[Place], AbstractContextManager[Reader]]] = {
    Kind.SQL: sql.opened,
    Kind.FILES: files.opened,
    Kind.REST: rest.opened,
}


def opened(place: Place) -> AbstractContextManager[Reader]:
    """
    Open a source for reading.

    :raises SourceUnreachable, SourceRefuses: now, or while reading
    """
    if not place.where:
        raise SourceRefuses(_("Say first where the data lies."))
    return OPENERS[Kind(place.kind)](place)
