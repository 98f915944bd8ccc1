"""Telling members by mail of what waits for them and what fails: of each thing once, and nothing of a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dangol.desk.models import Notice, NoticeChoice
from dangol.kit import tenancy
from dangol.kit.jobs import job
from dangol.messaging.operations import write_to_colleague
from dangol.messaging.queries.staff import sender_of
from dangol.workspaces.contracts import Alarms
from dangol.workspaces.enums import NoticeKind
from dangol.workspaces.models import Member

MORNING = 8
"""The hour from which on the mail of the day is written, where the workspace is."""


@dataclass(frozen=True)
class Letter:
    """A mail to one member, and what it tells of."""

    to: str
    notices: Sequence[UUID]
    subject: str
    text: str


@dataclass(frozen=True)
class Standing:
    """One thing that a member should see to now."""

    kind: NoticeKind
    about: str
    url: str


def choose_notices(*, member: Member, is_daily: bool, left_out: Sequence[str]) -> None:
    """Keep how and of what a member wants to be told."""
    chosen = {"is_daily": is_daily, "left_out": list(left_out)}
    NoticeChoice.objects.update_or_create(workspace_id=member.workspace_id, member=member, defaults=chosen)


@job(atomic=False)
def tell_members(*, workspace_id: UUID) -> None:
    """Write to every member of what is new among the alarms of the home page. Runs every five minutes."""
    write_to_members(workspace_id=workspace_id, now=timezone.now())


def write_to_members(*, workspace_id: UUID, now: datetime) -> None:
    """
    Hand one mail over for each member to whom there is something to say.

    What a mail tells of is committed as told before the mail is handed over: a crash in between tells nobody twice.
    A server that takes none now is asked again with the next run.
    """
    with tenancy.workspace(workspace_id):
        sender = sender_of(workspace_id)
        choices = {one.member_id: one for one in NoticeChoice.objects.filter(workspace_id=workspace_id)}
        members = list(_members(workspace_id))
    if sender is None:
        return
    for member in members:
        with tenancy.workspace(workspace_id):
            letter = _letter_for(member, choices.get(member.pk, NoticeChoice()), now=now)
        if letter is None:
            continue
        if not write_to_colleague(sender=sender, to=letter.to, subject=letter.subject, text=letter.text, now=now):
            with tenancy.workspace(workspace_id):
                Notice.objects.filter(workspace_id=workspace_id, pk__in=letter.notices).update(left_at=None)
            return


def _members(workspace_id: UUID) -> QuerySet[Member]:
    here = Member.objects.filter(workspace_id=workspace_id, ended_at=None, user__is_active=True)
    return here.select_related("workspace", "user", "team", "custom_role", "elevation").order_by("id")


def _letter_for(member: Member, choice: NoticeChoice, *, now: datetime) -> Letter | None:
    with translation.override(member.user.language), timezone.override(ZoneInfo(member.workspace.time_zone)):
        standing = _standing(member, choice)
        if not standing:
            return None
        _note(member, standing, now)
        if choice.is_daily and not _is_morning(member, now):
            return None
        notices = _take(member, standing, now)
        told = {(notice.kind, notice.about) for notice in notices}
        news = [one for one in standing if (one.kind, one.about) in told]
        return Letter(member.user.email, [one.pk for one in notices], *_written(member, news)) if news else None


def _standing(member: Member, choice: NoticeChoice) -> list[Standing]:
    wanted = [one for one in Alarms.known.values() if one.kind and one.kind not in choice.left_out]
    return [
        Standing(alarms.kind, about, alarm.url)
        for alarms in wanted
        for alarm in alarms.of(member)
        for about in alarm.about
        if alarms.kind
    ]


def _note(member: Member, standing: Sequence[Standing], now: datetime) -> None:
    house = member.workspace_id
    notices = [Notice(workspace_id=house, member=member, kind=x.kind, about=x.about, noted_at=now) for x in standing]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _is_morning(member: Member, now: datetime) -> bool:
    """Whether it is time for the mail of the day, and none left today."""
    here = timezone.localtime(now)
    today = here.replace(hour=0, minute=0, second=0, microsecond=0)
    written = Notice.objects.filter(workspace_id=member.workspace_id, member=member, left_at__gte=today)
    return here.hour >= MORNING and not written.exists()


def _take(member: Member, standing: Sequence[Standing], now: datetime) -> list[Notice]:
    """Mark what was not told yet as told. Two runs at a time do not take the same."""
    untold = Notice.objects.filter(
        workspace_id=member.workspace_id, member=member, left_at=None, about__in=[one.about for one in standing]
    )
    taken = list(untold.select_for_update(of=("self",), skip_locked=True))
    Notice.objects.filter(workspace_id=member.workspace_id, pk__in=[one.pk for one in taken]).update(left_at=now)
    return taken


def _written(member: Member, news: Sequence[Standing]) -> tuple[str, str]:
    """Say of which kinds something waits, and where. What it is stands on the page, for those who may see it."""
    places = dict.fromkeys((one.kind, one.url) for one in news)
    lines = [f"{kind.label}: {settings.PUBLIC_URL}{url}" for kind, url in places]
    choose = _("You choose in your profile of what you are told: %(url)s")
    lines += ["", choose % {"url": settings.PUBLIC_URL + reverse("own_notices")}]
    return _("%(house)s: something waits for you") % {"house": member.workspace.name}, "\n".join(lines) + "\n"
