"""What a workspace used, as the page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.workspaces.enums import Limited
from dangol.workspaces.queries import Standing, daily_uses, standings

AT_LIMIT: Mapping[Limited, Promise] = {
    Limited.PEOPLE: _("At the limit nobody can be added by hand or from a file. Events go on bringing people in."),
    Limited.MEMBERS: _("At the limit nobody can be invited until somebody leaves."),
    Limited.SOURCES: _("At the limit no source can be added until one is revoked."),
    Limited.SEGMENTS: _("At the limit no segment can be made until one is deleted."),
    Limited.STORAGE: _("At the limit no file can be kept in a field. Events go on being stored."),
    Limited.EVENTS: _("Beyond the limit events are stored and used like all others. Nothing is lost."),
    Limited.EMAILS: _("At the limit messages wait in the outbox and leave after midnight."),
    Limited.IMPORT_ROWS: _("A file that goes beyond the limit is not begun. Start it tomorrow."),
    Limited.EXPORT_ROWS: _("A list that goes beyond the limit is not exported. Export fewer rows, or tomorrow."),
    Limited.API_CALLS: _("Beyond the limit programs are told to ask again in the next hour (429)."),
}
"""What happens there."""
HEIGHT = 24.0


@dataclass(frozen=True)
class Bar:
    """One day of the picture, on a plane of 100 by 24."""

    on: date
    amount: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class ShownUse:
    """How one thing stands, what happens at its limit, and its last thirty days."""

    standing: Standing
    at_limit: Promise
    bars: Sequence[Bar]

    @property
    def was_used(self) -> bool:
        return any(bar.amount for bar in self.bars)

    @property
    def tone(self) -> str:
        if self.standing.is_urgent:
            return "bad"
        return "warn" if self.standing.is_near else "neutral"


def uses_of(workspace_id: UUID, *, now: datetime) -> list[ShownUse]:
    """Return everything that is counted, in two queries."""
    days = daily_uses(workspace_id, now=now)
    return [
        ShownUse(standing, AT_LIMIT[standing.what], _bars(days[standing.what]))
        for standing in standings(workspace_id, now=now)
    ]


def _bars(days: Sequence[tuple[date, int]]) -> list[Bar]:
    most = max((amount for _on, amount in days), default=0)
    wide = 100 / len(days)
    heights = [HEIGHT * max(0, amount) / most if most > 0 else 0.0 for _on, amount in days]
    return [
        Bar(on=on, amount=amount, x=wide * at, y=HEIGHT - height, height=height)
        for at, ((on, amount), height) in enumerate(zip(days, heights, strict=True))
    ]
