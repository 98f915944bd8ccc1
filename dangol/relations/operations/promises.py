"""Making promises, and ending them."""

from datetime import datetime

from django.utils.translation import gettext as _

from dangol.customers.models import Person
from dangol.kit.errors import OperationError
from dangol.relations.enums import PromiseOutcome
from dangol.relations.models import Promise, PromiseEnd
from dangol.relations.operations.endings import end_once, tell_of
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
    tell_of(promise, "promise_made", now, sentence=promise.sentence, due_at=due_at.isoformat())
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
    already = UnableToEndPromise(_("This promise has ended already."))
    said = {"outcome": PromiseOutcome(outcome).value, "note": note.strip()}
    end = end_once(PromiseEnd, of={"promise": promise}, by=by, now=now, refusal=already, **said)
    tell_of(promise, f"promise_{said['outcome']}", now, sentence=promise.sentence, note=end.note)
    return end
