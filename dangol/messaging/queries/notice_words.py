"""What the mails about consent and rights say to one person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.customers.models import ConsentEntry, ConsentQuestion, RightsRequest
from dangol.customers.queries import wordings_called
from dangol.messaging.enums import NoticeKind
from dangol.messaging.models import ConsentNotice, Message, Template

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True)
class NoticeWords:
    """The lines of one mail, and the text that was or is to be agreed to."""

    lines: Sequence[str] = ()
    wording: Sequence[str] = ()

    def values(self) -> dict[str, Sequence[str]]:
        """Return what a template sees as `notice`."""
        return {"lines": list(self.lines), "wording": list(self.wording)}


def words_of(messages: Collection[Message], templates: dict[UUID, Template]) -> dict[UUID, NoticeWords]:
    """Return what those messages say that are system letters. A few queries for all of them, none if there are none."""
    letters = {message.pk: message for message in messages if templates[message.template_version_id].system_key}
    if not letters:
        return {}
    found = _notices(letters, templates)
    key = {"workspace_id": _workspace_of(letters)}
    origins = {message.origin_id for message in letters.values()}
    questions = ConsentQuestion.objects.filter(**key).in_bulk(origins)
    requests = RightsRequest.objects.filter(**key).in_bulk(origins)
    for pk, message in letters.items():
        language = templates[message.template_version_id].language
        if question := questions.get(message.origin_id):
            found[pk] = question_words(question, language)
        elif request := requests.get(message.origin_id):
            with translation.override(language):
                found[pk] = NoticeWords([str(request.get_kind_display())])
    return found


def question_words(question: ConsentQuestion, language: str) -> NoticeWords:
    """Return what is asked, and the text that the person would agree to."""
    with translation.override(language):
        parts = [str(question.get_purpose_display()), str(question.get_channel_display())]
        parts += [_("Also between 21:00 and 08:00")] if question.night else []
        line = " · ".join(parts)
    named = wordings_called(workspace_id=question.workspace_id, labels=[question.wording_version])
    wording = named.get(question.wording_version)
    return NoticeWords([line], wording.text_in(language).splitlines() if wording else [])


def entry_line(entry: ConsentEntry, kind: str) -> str:
    """Return one line of the ledger as the person reads it, in the active language: what, when, result."""
    day = date_format(entry.at.astimezone(SEOUL), "DATE_FORMAT")
    what = f"{entry.get_purpose_display()} · {entry.get_channel_display()}"
    if kind == NoticeKind.EXPIRY and entry.expires_at:
        end = date_format(entry.expires_at.astimezone(SEOUL), "DATE_FORMAT")
        return _("%(what)s: agreed on %(day)s, ends on %(end)s") % {"what": what, "day": day, "end": end}
    if entry.state == "given":
        return _("%(what)s: agreed on %(day)s. Recorded.") % {"what": what, "day": day}
    return _("%(what)s: taken back on %(day)s. We no longer send it.") % {"what": what, "day": day}


def _notices(letters: dict[UUID, Message], templates: dict[UUID, Template]) -> dict[UUID, NoticeWords]:
    told: dict[UUID, list[str]] = {}
    for notice in (
        ConsentNotice.objects.filter(workspace_id=_workspace_of(letters), message_id__in=list(letters))
        .select_related("entry")
        .order_by("id")
    ):
        assert notice.message_id is not None
        with translation.override(templates[letters[notice.message_id].template_version_id].language):
            told.setdefault(notice.message_id, []).append(entry_line(notice.entry, notice.kind))
    return {pk: NoticeWords(lines) for pk, lines in told.items()}


def _workspace_of(letters: dict[UUID, Message]) -> UUID:
    return next(iter(letters.values())).workspace_id
