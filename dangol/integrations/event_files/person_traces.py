"""Where lines about people are kept while a file waits, and how they go on erasure."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace
from dangol.integrations.event_files.models import EventFilePiece, EventFileProblem
from dangol.kit.file_pieces import codec_of


class EventFileLines(PersonTrace):
    """Lines of files that were not taken in yet, and lines that could not be."""

    def erase(self, erased: Erased) -> int:
        values = {*erased.emails, *erased.phones, *erased.external_ids, *erased.anonymous_ids}
        problems = EventFileProblem.objects.filter(workspace_id=erased.workspace_id)
        told = [problem.pk for problem in problems.iterator() if any(value in problem.text for value in values)]
        problems.filter(pk__in=told).delete()
        pieces = EventFilePiece.objects.filter(workspace_id=erased.workspace_id).select_related("event_file")
        return len(told) + sum(_blank(piece, values) for piece in pieces.iterator(chunk_size=1))


def _blank(piece: EventFilePiece, values: Collection[str]) -> int:
    """Empty the lines that name one of the values; every other line keeps its number."""
    codec = codec_of(piece.event_file.encoding)
    needles = [value.encode(codec, errors="ignore") for value in values if value]
    lines = bytes(piece.content).split(b"\n")
    kept = [b"" if any(needle in line for needle in needles) else line for line in lines]
    if kept == lines:
        return 0
    EventFilePiece.objects.filter(workspace_id=piece.workspace_id, pk=piece.pk).update(content=b"\n".join(kept))
    return sum(new != old for new, old in zip(kept, lines, strict=True))


EventFileLines(_("Lines of event files")).register()
