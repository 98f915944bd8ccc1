"""The proof of one person's consents: who agreed to what, when, where, in which words, and what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from dangol.customers.models import ConsentEntry, ConsentQuestion, Person
from dangol.customers.queries import ledger_of, questions_of, wordings_called
from dangol.messaging.models import ConsentNotice, Message
from dangol.messaging.queries.public import house_of

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass(frozen=True)
class ToldNotice:
    """One notice: what of, when, and whether the mail left."""

    kind: str
    at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class ProofLine:
    """One line of the ledger with the words that were agreed to, its evidence and what was told of it."""

    entry: ConsentEntry
    wording: str
    evidence: Sequence[tuple[str, str]]
    notices: Sequence[ToldNotice]


@dataclass(frozen=True)
class ConsentProof:
    """Everything for the page and the PDF file."""

    person: Person
    house: str
    made_at: datetime
    lines: Sequence[ProofLine]
    questions: Sequence[ConsentQuestion]


def consent_proof(*, person: Person, language: str, now: datetime) -> ConsentProof:
    """Return the proof with the wordings in a language. Six queries, however long the ledger is."""
    entries = ledger_of(person)
    wordings = wordings_called(
        workspace_id=person.workspace_id, labels=[entry.wording_version for entry in entries if entry.wording_version]
    )
    told = _told(person)
    lines = [
        ProofLine(
            entry, wordings[entry.wording_version].text_in(language) if entry.wording_version in wordings else "",
            [(name, str(value)) for name, value in sorted(entry.evidence.items()) if value not in ("", None)],
            told.get(str(entry.pk), ()),
        )
        for entry in entries
    ]  # fmt: skip
    return ConsentProof(person, house_of(person.workspace), now, lines, questions_of(person))


def proof_data(proof: ConsentProof, language: str) -> dict[str, object]:
    """Return the proof as plain texts in a language, as the PDF template takes it."""
    with translation.override(language):
        who = [(_("Person"), proof.person.name), (_("E-mail"), proof.person.email), (_("Phone"), proof.person.phone)]
        return {
            "language": language,
            "title": _("Proof of consent"),
            "house": proof.house,
            "made": _("Made on %(at)s (Seoul)") % {"at": _moment(proof.made_at)},
            "who": [[name, value] for name, value in [*who, (_("Number"), str(proof.person.pk))] if value],
            "nothing": _("The ledger has no line about this person."),
            "lines": [_line(line) for line in proof.lines],
            "page": _("Page"),
        }


def _line(line: ProofLine) -> dict[str, object]:
    entry = line.entry
    title = [str(entry.get_purpose_display()), str(entry.get_channel_display())]
    title += [_("Night too")] if entry.night else []
    evidence = _("Evidence")
    facts = [
        (_("When"), _moment(entry.at)),
        (_("Where"), entry.source),
        (_("Basis"), str(entry.get_basis_display())),
        (_("Ends"), _moment(entry.expires_at) if entry.expires_at else ""),
        (_("Wording"), entry.wording_version),
        (_("Written down by"), entry.by.user.name if entry.by else ""),
        (_("Recorded"), _moment(entry.recorded_at)),
        *[(f"{evidence}: {name}", value) for name, value in line.evidence],
        *[(notice.kind, _when_told(notice)) for notice in line.notices],
    ]
    return {
        "title": " · ".join(title),
        "state": str(entry.get_state_display()),
        "given": entry.state == "given",
        "facts": [[str(name), value] for name, value in facts if value],
        "wording": line.wording,
    }


def _when_told(notice: ToldNotice) -> str:
    return _moment(notice.sent_at) if notice.sent_at else _("not sent")


def _told(person: Person) -> dict[str, list[ToldNotice]]:
    notices = ConsentNotice.objects.filter(workspace_id=person.workspace_id, person_id=person.pk).order_by("at", "id")
    found = list(notices)
    ids = [notice.message_id for notice in found if notice.message_id]
    sent = dict(Message.objects.filter(workspace_id=person.workspace_id, pk__in=ids).values_list("pk", "sent_at"))
    told: dict[str, list[ToldNotice]] = {}
    for notice in found:
        sent_at = sent.get(notice.message_id) if notice.message_id else None
        told.setdefault(str(notice.entry_id), []).append(ToldNotice(str(notice.get_kind_display()), notice.at, sent_at))
    return told


def _moment(at: datetime) -> str:
    return at.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M:%S")
