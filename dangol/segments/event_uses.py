"""Tells the catalogue of events which segments are built on an event."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dangol.segments.queries import segments_with_event
from dangol.tracking.contracts import EventUse, EventUser
from dangol.workspaces.models import Member


class SegmentsOnEvents(EventUser):
    """Segments whose conditions ask for the event."""

    def uses_of(self, event_name: str, member: Member) -> Sequence[EventUse]:
        return [
            EventUse(_("Segment"), segment.name, segment.get_absolute_url())
            for segment in segments_with_event(event_name, member)
        ]


SegmentsOnEvents().register()
