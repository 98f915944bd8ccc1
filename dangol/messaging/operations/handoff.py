"""Taking due messages out of the outbox, and writing down what became of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from dangol.kit import tenancy
from dangol.messaging.enums import MessageState, Outcome, Stage
from dangol.messaging.models import Message, PolicyDecision, Sender, TemplateVersion
from dangol.messaging.operations.bookkeeping import book_safely, suppress_addresses
from dangol.messaging.operations.letters import Writer
from dangol.messaging.operations.orphans import LEFT_BEHIND
from dangol.messaging.operations.policy import decision_of
from dangol.messaging.policy import Answer, ask
from dangol.messaging.queries.contact_facts import Contact, load_facts
from dangol.messaging.queries.notice_words import words_of
from dangol.messaging.transport import Group, Letter, Result, ResultKind
from dangol.messaging.writing import TemplateProblem
from dangol.workspaces.enums import Limited
from dangol.workspaces.operations import count_use, left

WAITING = (MessageState.QUEUED, MessageState.HELD)
ATTEMPTS_AT_MOST = 6
UNREAD = tuple(
    f"person__{name}" for name in ("bigrams", "initials", "address", "born_on", "first_seen_at", "updated_at")
)
PERHAPS_SENT = (ResultKind.SENT, ResultKind.UNKNOWN)
RETRY_MINUTES = (1, 5, 15, 60, 240)


def take_due(*, workspace_id: UUID, sender: Sender, token: str, now: datetime, limit: int) -> list[Letter]:
    """
    Claim due messages, ask the policy once more, and return the letters that may leave.

    The caller commits before the first of them is handed over. Messages that may not leave are held, refused or failed.
    What is beyond the workspace's limit of the day stays in the outbox until tomorrow.
    """
    room = left(workspace_id=workspace_id, what=Limited.EMAILS, now=now)
    if room is not None:
        limit = min(limit, room)
    with tenancy.open_trash():  # messages to people in the trash must be closed, not overlooked for ever
        messages = list(_lock_due(workspace_id, now, limit))
    if not messages:
        return []
    allowed = _ask_again(workspace_id, messages, now)
    letters, unwritable = _write(workspace_id, allowed, sender, now)
    for message in messages:
        if message.pk in letters:
            message.state, message.claimed_by, message.claimed_at = MessageState.HANDING_OFF, token, now
            message.attempts += 1
        elif message.pk in unwritable:
            message.state, message.error = MessageState.FAILED, unwritable[message.pk][:500]
    _save(workspace_id, messages)
    if letters:
        count_use(workspace_id=workspace_id, what=Limited.EMAILS, amount=len(letters), now=now)
    return list(letters.values())


def _lock_due(workspace_id: UUID, now: datetime, limit: int) -> Iterable[Message]:
    due = Message.objects.filter(
        workspace_id=workspace_id, workspace__suspended_at=None, state__in=WAITING, due_at__lte=now
    )
    return (
        due.select_related("person")
        .defer(*UNREAD)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "id")[:limit]
    )


def _ask_again(workspace_id: UUID, messages: Sequence[Message], now: datetime) -> list[Message]:
    by_contact = {
        Contact(
            person_id=message.person_id,
            channel=message.channel,
            purpose=message.purpose,
            origin_id=message.origin_id,
            message_id=message.pk,
            expires_at=message.expires_at,
        ): message
        for message in messages
    }
    allowed, changed = [], []
    for contact, facts in load_facts(list(by_contact), workspace_id=workspace_id, now=now):
        message = by_contact[contact]
        answer = ask(facts)
        if answer.outcome == Outcome.ALLOW:
            message.address, message.error = facts.address, ""
            allowed.append(message)
        if answer.outcome != Outcome.ALLOW or message.state == MessageState.HELD:
            message.decision = decision_of(contact, facts, answer, workspace_id=workspace_id, stage=Stage.HANDOFF)
            changed.append(message.decision)
        _obey(message, answer)
    PolicyDecision.objects.bulk_create(changed)
    return allowed


def _obey(message: Message, answer: Answer) -> None:
    if answer.outcome == Outcome.HOLD and answer.hold_until is not None:
        message.state, message.due_at = MessageState.HELD, _no_later_than_expiry(message, answer.hold_until)
    elif answer.outcome == Outcome.REFUSE:
        message.state, message.error = MessageState.REFUSED, ",".join(answer.reasons)[:500]


def _no_later_than_expiry(message: Message, hold_until: datetime) -> datetime:
    """Look again when it expires, so that it is closed with a reason then."""
    return min(hold_until, message.expires_at) if message.expires_at else hold_until


def _write(
    workspace_id: UUID, messages: Sequence[Message], sender: Sender, now: datetime
) -> tuple[dict[UUID, Letter], dict[UUID, str]]:
    ids = {message.template_version_id for message in messages}
    found = TemplateVersion.objects.filter(workspace_id=workspace_id, pk__in=ids).select_related("template")
    versions = {version.pk: version for version in found}
    templates = {version.pk: version.template for version in versions.values()}
    writer = Writer(sender, now=now, words=words_of(messages, templates))
    letters, unwritable = {}, {}
    for message in messages:
        try:
            letters[message.pk] = writer.write(message, versions[message.template_version_id])
        except TemplateProblem as problem:
            unwritable[message.pk] = problem.message
    return letters, unwritable


SAVE = """
UPDATE messaging_message AS message SET state = new.state, due_at = new.due_at, address = new.address,
    error = new.error,
    attempts = new.attempts, claimed_by = new.claimed_by, claimed_at = new.claimed_at, decision_id = new.decision_id
FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(dues)s::timestamptz[], %(addresses)s::text[], %(errors)s::text[],
    %(attempts)s::int[], %(claimants)s::text[], %(claimed)s::timestamptz[], %(decisions)s::uuid[])
    AS new (id, state, due_at, address, error, attempts, claimed_by, claimed_at, decision_id)
WHERE message.workspace_id = %(workspace)s AND message.id = new.id
"""


def _save(workspace_id: UUID, messages: Sequence[Message]) -> None:
    columns: dict[str, Any] = {
        "workspace": workspace_id,
        "ids": [message.pk for message in messages],
        "states": [str(message.state) for message in messages],
        "dues": [message.due_at for message in messages],
        "addresses": [message.address for message in messages],
        "errors": [message.error for message in messages],
        "attempts": [message.attempts for message in messages],
        "claimants": [message.claimed_by for message in messages],
        "claimed": [message.claimed_at for message in messages],
        "decisions": [message.decision_id for message in messages],
    }
    with connection.cursor() as cursor:
        cursor.execute(SAVE, columns)


# A row that others took for lost (`unknown`) while our database connection was gone is still ours to settle. One that
# was settled, queued and claimed anew is not: its results come with the later claim.
SETTLE = """
UPDATE messaging_message AS message SET state = new.state, due_at = coalesce(new.due_at, message.due_at),
    sent_at = new.sent_at, error = new.error, attempts = greatest(0, message.attempts - new.untried),
    claimed_by = CASE WHEN new.state = 'queued' THEN '' ELSE message.claimed_by END
FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(dues)s::timestamptz[], %(sents)s::timestamptz[], %(errors)s::text[],
    %(untried)s::int[], %(claims)s::timestamptz[]) AS new (id, state, due_at, sent_at, error, untried, claimed_at)
WHERE message.workspace_id = %(workspace)s AND message.id = new.id AND message.claimed_by = %(token)s
    AND message.claimed_at = new.claimed_at AND message.state IN ('handing_off', 'unknown')
RETURNING message.id
"""


def settle(
    *,
    workspace_id: UUID,
    groups: Sequence[Group],
    token: str,
    now: datetime,
    half_life_hours: float,
    pause: timedelta = timedelta(seconds=1),
) -> None:
    """
    Write down what became of these groups, and tell attention and story about the contacts made. May be repeated.

    :param pause: when to try again what never reached the server
    """
    results = {pk: result for group in groups for pk, result in group.results.items()}
    if not results:
        return
    letters = {pk: letter for group in groups for pk, letter in group.letters.items()}
    attempts = _attempts(workspace_id, results)
    settled = _settle_rows(workspace_id, results, attempts, letters, token, now, pause)
    gone = [letters[pk].recipient for pk, result in results.items() if result.kind is ResultKind.NO_SUCH_ADDRESS]
    suppress_addresses(workspace_id=workspace_id, addresses=gone, now=now)
    sent = [letters[pk] for pk in settled if results[pk].kind is ResultKind.SENT]
    _give_back(workspace_id, sum(results[pk].kind not in PERHAPS_SENT for pk in settled), now)
    book_safely(workspace_id=workspace_id, letters=sent, now=now, half_life_hours=half_life_hours)


def _give_back(workspace_id: UUID, unsent: int, now: datetime) -> None:
    """Let messages that were claimed and not sent count no longer for the limit of the day."""
    if unsent:
        count_use(workspace_id=workspace_id, what=Limited.EMAILS, amount=-unsent, now=now)


def _attempts(workspace_id: UUID, results: Mapping[UUID, Result]) -> dict[UUID, int]:
    later = [pk for pk, result in results.items() if result.kind is ResultKind.LATER]
    if not later:
        return {}
    return dict(Message.objects.filter(workspace_id=workspace_id, pk__in=later).values_list("pk", "attempts"))


def _settle_rows(  # noqa: PLR0917 - what the rows share
    workspace_id: UUID,
    results: Mapping[UUID, Result],
    attempts: Mapping[UUID, int],
    letters: Mapping[UUID, Letter],
    token: str,
    now: datetime,
    pause: timedelta,
) -> list[UUID]:
    fates = {pk: _fate(result, attempts.get(pk, 0), now, pause) for pk, result in sorted(results.items())}
    columns: dict[str, Any] = {
        "workspace": workspace_id,
        "token": token,
        "ids": list(fates),
        "states": [str(state) for state, _due in fates.values()],
        "dues": [due for _state, due in fates.values()],
        "sents": [now if state == MessageState.SENT else None for state, _due in fates.values()],
        "errors": ["" if results[pk].kind is ResultKind.SENT else results[pk].detail for pk in fates],
        "claims": [letters[pk].claimed_at for pk in fates],
        "untried": [int(results[pk].kind is ResultKind.UNREACHABLE) for pk in fates],
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, columns)
        return [pk for (pk,) in cursor.fetchall()]


def _fate(result: Result, attempts: int, now: datetime, pause: timedelta) -> tuple[MessageState, datetime | None]:
    match result.kind:
        case ResultKind.SENT:
            return MessageState.SENT, None
        case ResultKind.UNKNOWN:
            return MessageState.UNKNOWN, None
        case ResultKind.UNREACHABLE:
            return MessageState.QUEUED, now + pause
        case ResultKind.LATER if attempts < ATTEMPTS_AT_MOST:
            return MessageState.QUEUED, now + timedelta(minutes=RETRY_MINUTES[max(0, attempts - 1)])
    return MessageState.FAILED, None


def release_untried(*, workspace_id: UUID, token: str, known: Collection[UUID], now: datetime) -> int:
    """
    Queue again what we claimed but never tried: the commit of the claim was in doubt, so nothing of it was sent.

    Others may have taken such a row for one of a dead process. What we settled as unknown ourselves stays.
    """
    ours = Message.objects.filter(workspace_id=workspace_id, claimed_by=token)
    claimed = ours.filter(Q(state=MessageState.HANDING_OFF) | Q(state=MessageState.UNKNOWN, error=LEFT_BEHIND))
    released = claimed.exclude(pk__in=known).update(state=MessageState.QUEUED, claimed_by="", error="")
    _give_back(workspace_id, released, now)
    return released
