"""Values that belong together agree, and what fails in the middle leaves nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import QueryDict

from dangol.customers.operations import give_consent
from dangol.desk.forms import EventExportForm
from dangol.kit.errors import OperationError
from dangol.messaging.forms import ContactRulesForm
from dangol.segments.models import Segment
from dangol.tracking.forms import TrendForm
from dangol.tracking.models import EventDefinition
from dangol.tracking.operations import start_replay
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.messaging.making import BODY
from tests.people import Cast
from tests.security.contents import contents

DAY = timedelta(days=1)
DAYS = {"first": "2026-11-22", "last": "2026-11-21"}


@pytest.mark.shows("2.2.3")
def test_what_ends_does_not_end_before_it_begins(inside: Cast) -> None:
    person = make_person(inside.jieun)
    consent: dict[str, Any] = {"person": person, "channel": "email", "purpose": "marketing", "source": "test"}

    with pytest.raises(OperationError, match="end before it begins"):
        give_consent(at=NOW, expires_at=NOW - DAY, **consent)
    with pytest.raises(OperationError, match="end is before"):
        start_replay(member=inside.admin, since=NOW, until=NOW - DAY, now=NOW)


@pytest.mark.shows("2.2.3")
def test_forms_refuse_values_that_do_not_agree(inside: Cast) -> None:
    events = EventDefinition.objects.all()
    asked = QueryDict(mutable=True)
    asked.update(DAYS)
    forms = [
        (EventExportForm(asked, initial={}, events=events, segments=Segment.objects.all()), "last"),
        (TrendForm(asked, events=events, today=NOW.date()), "last"),
        (ContactRulesForm({"attention_cap": "5", "service_reserve": "9"}), "service_reserve"),
    ]

    assert [name for form, name in forms if not form.errors.get(name)] == []


class Fault(OperationalError):
    """The database fails in the middle."""


@contextmanager
def failing_at(number: int) -> Iterator[list[str]]:
    """Let the database fail instead of the statement with this number that writes; collect them."""
    written: list[str] = []

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - as Django calls it
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")) or "defer_jobs" in sql:
            written.append(sql)
            if len(written) == number + 1:
                raise Fault
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield written


ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a person": ("/people/new/", {"name": "서연", "email": "seoyeon@example.com", "phone": "010-1234-5678"}),
    "a company": ("/companies/new/", {"name": "한빛상사"}),
    "a member": (
        "/settings/members/invitation/",
        {"name": "신입", "email": "new@example.com", "role": "sales", "language": "ko"},
    ),
    "a template": ("/templates/new/", {"name": "소식", "purpose": "service", "subject": "소식", "body": BODY}),
}


@pytest.mark.shows("2.3.3")
@pytest.mark.parametrize("made", ACTS)
def test_a_failure_at_any_statement_leaves_nothing(
    made: str, cast: Cast, client_of: Callable[[Member], MemberClient]
) -> None:
    """The database fails at the first statement that writes, then at the second, until all of them pass."""
    path, told = ACTS[made]
    client = client_of(cast.admin)
    client.raise_request_exception = False
    house = cast.workspace.pk
    before = contents(house)
    for number in range(100):
        with failing_at(number) as written:
            answer = client.post(path, told)
        if len(written) <= number:
            break
        assert answer.status_code >= 500, f"statement {number}: {answer.status_code}"
        assert contents(house) == before, f"statement {number} left something: {written[-1][:200]}"
    assert number > 1
    assert contents(house) != before
