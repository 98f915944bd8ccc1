"""What stands between the house and a person: who agreed to what, since when, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from dangol.customers.enums import Channel, ConsentState, Purpose
from dangol.customers.models import Consent, Person
from dangol.customers.permissions import may_change_people
from dangol.kit.compiled import Compiled
from dangol.workspaces.models import Member

STANDING: Compiled[Consent] = Compiled(
    lambda **whose: Consent.objects.filter(**whose).select_related("entry").order_by("purpose", "channel")
)
SEOUL = ZoneInfo("Asia/Seoul")
RECONFIRM_YEARS = 2
EXISTING_CUSTOMER_MONTHS = 6


@dataclass(frozen=True)
class ConsentLine:
    """One purpose and channel: what stands, and until when."""

    consent: Consent
    reconfirm_by: datetime | None
    is_expired: bool

    @property
    def is_given(self) -> bool:
        """Whether it allows a contact now."""
        return self.consent.state == ConsentState.GIVEN and not self.is_expired


@dataclass(frozen=True)
class ConsentCard:
    """What `customers/consent_card.html` shows."""

    person: Person
    lines: list[ConsentLine]
    may_change: bool
    purposes: Sequence[tuple[str, str | Promise]]
    channels: Sequence[tuple[str, str | Promise]]


def consent_card(*, person: Person, member: Member, now: datetime) -> ConsentCard:
    """Return what the person agreed to and took back, marketing first. One query."""
    standing = STANDING(workspace_id=person.workspace_id, person_id=person.pk)
    lines = [_line(consent, now) for consent in standing]
    return ConsentCard(person, lines, may_change_people(member), Purpose.choices, Channel.choices)


def reconfirmation_due_at(at: datetime) -> datetime:
    """Return the beginning of the day, in Seoul, before which a consent for advertising is to be confirmed again."""
    due = same_day_later(at, months=12 * RECONFIRM_YEARS)
    return due.replace(hour=0, minute=0, second=0, microsecond=0)


def existing_customer_until(at: datetime) -> datetime:
    """Return when the right to write to an existing customer ends: six months after the transaction, to the moment."""
    return same_day_later(at, months=EXISTING_CUSTOMER_MONTHS)


def _line(consent: Consent, now: datetime) -> ConsentLine:
    advertises = consent.purpose == Purpose.MARKETING and consent.state == ConsentState.GIVEN
    due = reconfirmation_due_at(consent.at) if advertises and consent.expires_at is None else None
    return ConsentLine(consent, due, is_expired=consent.expires_at is not None and consent.expires_at <= now)


def same_day_later(at: datetime, *, months: int) -> datetime:
    """Go on by calendar months in Seoul; a day that the month lacks becomes its last one."""
    local = at.astimezone(SEOUL)
    count = local.year * 12 + local.month - 1 + months
    year, month = count // 12, count % 12 + 1
    for day in range(local.day, 0, -1):
        try:
            return local.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError(months)
