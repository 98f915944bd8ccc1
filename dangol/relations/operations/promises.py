"""Making promises, and ending them."""

from datetime import datetime

from django.utils.translation import gettext as _

from dangol.customers.models import Person
from dangol.kit.errors import OperationError
from dangol.relations.enums import PromiseOutcome
from dangol.relations.models import Promise, PromiseEnd
from dangol.relations.operations.story import NewEntry, write_story
from dangol.workspaces.models import Member


class UnableToPromise(OperationError):
    """The promise says nothing, or is due before it is made."""


class UnableToEndPromise(OperationError):
    """The promise has ended already, or did not end in this way."""


def make_promise(*, person: Person, sentence: str, due_at: datetime, by: Member, now: datetime) -> Promise:
    """
    Note a promise in its exact words, and tell of it.

    :raises UnableToPromise: if it is empty or due already
    """
    if not sentence.strip():
        raise UnableToPromise(_("Write down what was promised, in the exact words."))
    if due_at <= now:
        raise UnableToPromise(_("Choose a due date in the future."))
    promise = Promise.objects.create(
        workspace_id=person.workspace_id, person=person, by=by, sentence=sentence.strip(), due_at=due_at, made_at=now
    )
    _tell(promise, "promise_made", now, due_at=due_at.isoformat())
    return promise


def end_promise(*, promise: Promise, outcome: PromiseOutcome, by: Member, now: datetime, note: str = "") -> PromiseEnd:
    """
    Note how a promise ended, and tell of it. What is kept after its due date is kept late.

    :raises UnableToEndPromise: if it has ended already, or nothing says why it was changed or withdrawn
    """
    if outcome == PromiseOutcome.KEPT and now > promise.due_at:
        outcome = PromiseOutcome.LATE
    if outcome in {PromiseOutcome.RENEGOTIATED, PromiseOutcome.WITHDRAWN} and not note.strip():
        raise UnableToEndPromise(_("Say why the promise was changed or withdrawn."))
    end, is_new = PromiseEnd.objects.get_or_create(
        workspace_id=promise.workspace_id,
        promise=promise,
        defaults={"outcome": outcome, "by": by, "at": now, "note": note.strip()},
    )
    if not is_new:
        raise UnableToEndPromise(_("This promise has ended already."))
    _tell(promise, f"promise_{PromiseOutcome(outcome).value}", now, note=note.strip())
    return end


def _tell(promise: Promise, kind: str, at: datetime, **details: str) -> None:
    entry = NewEntry(
        person_id=promise.person_id,
        kind=kind,
        at=at,
        source_table="relations_promise",
        source_id=promise.pk,
        details={"sentence": promise.sentence} | details,
    )
    write_story(workspace_id=promise.workspace_id, entries=[entry])
