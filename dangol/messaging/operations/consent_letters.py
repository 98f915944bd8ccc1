"""The mails that the law wants about consent: what was agreed to, that it stands, that it ends, and please confirm."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from dangol.customers.enums import Channel, ConsentState, Purpose
from dangol.customers.models import ConsentQuestion, Person, RightsRequest
from dangol.customers.operations import NewConsent, append_to_ledger
from dangol.customers.queries import consent_rules_of
from dangol.kit.ids import uuid7
from dangol.kit.jobs import job
from dangol.messaging.enums import NoticeKind, Stage, SystemLetter
from dangol.messaging.operations.outbox import queue_messages
from dangol.messaging.operations.policy import decide
from dangol.messaging.operations.system_templates import make_system_templates, system_version
from dangol.messaging.queries.contact_facts import sender_lacks
from dangol.workspaces.models import Workspace

RESULT_DAYS = 14
MOST_AT_ONCE = 2000
STOOD_BY_NOTICE = "reconfirmation_notice"
SILENT_SOURCES = ("merge", "unmerge", STOOD_BY_NOTICE)
"""Lines that no person said."""

NOTE = """
INSERT INTO messaging_consentnotice (workspace_id, id, person_id, entry_id, kind, at, run_id)
SELECT %(workspace)s, gen_random_uuid(), due.person_id, due.entry_id, %(kind)s, %(now)s, %(run)s
FROM ({due}) AS due
WHERE NOT EXISTS (
    SELECT FROM messaging_consentnotice AS told WHERE told.workspace_id = %(workspace)s
        AND told.entry_id = due.entry_id AND told.kind = %(kind)s
)
LIMIT %(most)s
ON CONFLICT (workspace_id, entry_id, kind) DO NOTHING
RETURNING person_id
"""

RESULTS_DUE = """
SELECT person_id, id AS entry_id FROM customers_consententry
WHERE workspace_id = %(workspace)s AND purpose = 'marketing' AND source <> ALL(%(silent)s)
    AND at > %(now)s - interval '14 days' AND recorded_at >= %(since)s
"""

# Told within the last month of the two years.
RECONFIRMATIONS_DUE = """
SELECT person_id, entry_id FROM customers_consent
WHERE workspace_id = %(workspace)s AND purpose = 'marketing' AND state = 'given' AND basis = 'explicit'
    AND expires_at IS NULL AND at <= %(now)s - interval '23 months' AND at > %(now)s - interval '24 months'
"""

EXPIRIES_DUE = """
SELECT person_id, entry_id FROM customers_consent
WHERE workspace_id = %(workspace)s AND purpose = 'marketing' AND state = 'given' AND basis = 'explicit'
    AND expires_at > %(now)s AND expires_at <= %(now)s + interval '14 days'
"""

DUE = {
    NoticeKind.RESULT: (RESULTS_DUE, SystemLetter.RESULT),
    NoticeKind.RECONFIRM: (RECONFIRMATIONS_DUE, SystemLetter.RECONFIRM),
    NoticeKind.EXPIRY: (EXPIRIES_DUE, SystemLetter.EXPIRY),
}

FIND_MAILS = """
UPDATE messaging_consentnotice AS notice SET message_id = message.id
FROM messaging_message AS message
WHERE notice.workspace_id = %(workspace)s AND notice.run_id = %(run)s AND message.workspace_id = %(workspace)s
    AND message.send_key = 'notice:' || %(run)s || ':' || notice.person_id
"""

# Whoever was told that the consent stands, and said nothing against it since.
STANDING_BY_NOTICE = """
SELECT consent.person_id, consent.channel, consent.night, entry.wording_version, message.sent_at, notice.id, entry.id
FROM messaging_consentnotice AS notice
JOIN messaging_message AS message ON message.workspace_id = notice.workspace_id AND message.id = notice.message_id
    AND message.state = 'sent'
JOIN customers_consententry AS entry ON entry.workspace_id = notice.workspace_id AND entry.id = notice.entry_id
JOIN customers_consent AS consent ON consent.workspace_id = notice.workspace_id AND consent.entry_id = entry.id
    AND consent.state = 'given'
WHERE notice.workspace_id = %(workspace)s AND notice.kind = 'reconfirm' ORDER BY notice.id LIMIT %(most)s
"""


@job(queue="consent")
def tell_of_consents(*, workspace_id: UUID) -> None:
    """Tell people what the law wants them to know about their consent, as far as the house chose. Runs hourly."""
    rules, now = consent_rules_of(workspace_id), timezone.now()
    if rules.double_opt_in or rules.result_notices or rules.reconfirmation:
        make_system_templates(workspace_id=workspace_id)
    if rules.result_notices:
        tell(workspace_id=workspace_id, kind=NoticeKind.RESULT, since=rules.since, now=now)
    if rules.reconfirmation:
        tell(workspace_id=workspace_id, kind=NoticeKind.RECONFIRM, since=rules.since, now=now)
        tell(workspace_id=workspace_id, kind=NoticeKind.EXPIRY, since=rules.since, now=now)
        if rules.silence_keeps:
            let_consents_stand(workspace_id=workspace_id)


@job(queue="consent")
def send_consent_question(*, workspace_id: UUID, person_id: UUID, question_id: UUID) -> None:
    """Send the mail that asks for a confirmation; once per time that it was asked."""
    question = ConsentQuestion.objects.filter(workspace_id=workspace_id, pk=question_id, answered_at=None).first()
    now = timezone.now()
    if question is None or question.person_id != person_id or question.expires_at <= now:
        return
    _queue(
        workspace_id, {person_id}, SystemLetter.CONFIRM, origin_id=question.pk, now=now, until=question.expires_at,
        prefix=f"question:{question.pk}:{question.mails}",
    )  # fmt: skip


def send_rights_question(*, request: RightsRequest, now: datetime) -> None:
    """Send the mail that asks a person whether a request about their data is theirs."""
    if request.person_id is None:
        return
    _queue(
        request.workspace_id, {request.person_id}, SystemLetter.RIGHTS, origin_id=request.pk, now=now,
        prefix=f"rights:{request.pk}", until=now + timedelta(days=7),
    )  # fmt: skip


def tell(*, workspace_id: UUID, kind: NoticeKind, since: datetime, now: datetime) -> int:
    """
    Queue the notices of one kind that are due, one mail per person, and return how many lines of the ledger they tell.

    Each line is told once. Nothing happens while the sender is not filled in. May run twice.
    """
    if {"name", "email"} & set(sender_lacks(workspace_id)):
        return 0
    due, letter = DUE[kind]
    run = uuid7()
    values: dict[str, Any] = {"workspace": workspace_id, "kind": kind.value, "now": now, "run": run, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(NOTE.format(due=due), values | {"silent": list(SILENT_SOURCES), "most": MOST_AT_ONCE})
        people = [person_id for (person_id,) in cursor.fetchall()]
        _queue(
            workspace_id, set(people), letter, origin_id=run, prefix=f"notice:{run}", now=now,
            until=now + timedelta(days=RESULT_DAYS),
        )  # fmt: skip
        cursor.execute(FIND_MAILS, {"workspace": workspace_id, "run": str(run)})
    return len(people)


def let_consents_stand(*, workspace_id: UUID) -> int:
    """Write a line for everybody who was told that their consent stands: from that mail on it counts two years more."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING_BY_NOTICE, {"workspace": workspace_id, "most": MOST_AT_ONCE})
        found = cursor.fetchall()
    lines = [
        NewConsent(
            person_id=person_id, purpose=Purpose.MARKETING.value, channel=channel, state=ConsentState.GIVEN.value,
            at=sent_at, source=STOOD_BY_NOTICE, night=night, wording_version=wording,
            evidence={"notice": str(notice_id), "stands": str(entry_id)},
        )
        for person_id, channel, night, wording, sent_at, notice_id, entry_id in found
    ]  # fmt: skip
    append_to_ledger(workspace_id=workspace_id, lines=lines)
    return len(lines)


def _queue(
    workspace_id: UUID,
    people: set[UUID],
    letter: SystemLetter,
    *,
    origin_id: UUID,
    prefix: str,
    now: datetime,
    until: datetime,
) -> None:
    """Queue one mail for each, in their language, through the policy."""
    for language, person_ids in _by_language(workspace_id, people).items():
        version = system_version(workspace_id=workspace_id, key=letter.value, language=language)
        decisions = decide(
            workspace_id=workspace_id, person_ids=person_ids, channel=Channel.EMAIL.value,
            purpose=Purpose.TRANSACTIONAL.value, origin_id=origin_id, stage=Stage.ENQUEUE, now=now,
        )  # fmt: skip
        queue_messages(
            workspace_id=workspace_id, decisions=decisions, template_version=version, origin_id=origin_id,
            send_key_prefix=prefix, now=now, expires_at=until,
        )  # fmt: skip


def _by_language(workspace_id: UUID, people: set[UUID]) -> dict[str, Sequence[UUID]]:
    home = Workspace.objects.only("language").get(pk=workspace_id).language
    found = Person.objects.filter(workspace_id=workspace_id, pk__in=people).order_by("pk").values_list("pk", "language")
    spoken: dict[str, list[UUID]] = {}
    for person_id, language in found:
        spoken.setdefault("ko" if (language or home).startswith("ko") else "en", []).append(person_id)
    return dict(spoken)
