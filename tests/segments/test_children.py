"""Children under 14 are described by whether a guardian agreed for them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dangol.customers.models import Person
from dangol.customers.operations import keep_guardian_consent, withdraw_guardian_consent
from dangol.kit.masking import masking
from dangol.segments.contracts import InvalidDefinition, read_definition
from dangol.segments.queries import estimate
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import group, names

WITHOUT = {"kind": "child", "guardian": "missing"}
WITH = {"kind": "child", "guardian": "agreed"}
CHILD = date(2014, 5, 1)


@pytest.fixture
def children(inside: Cast) -> Cast:
    born = {
        "free": CHILD,
        "agreed": CHILD,
        "withdrawn": CHILD,
        "fourteen": date(2012, 11, 22),
        "grown": date(1990, 1, 1),
    }
    for name, day in born.items():
        make_person(inside.admin, name=name, born_on=day)
    make_person(inside.admin, name="unknown")
    told: dict[str, Any] = {
        "contact": "010-1111-2222",
        "method": "other",
        "evidence": "통화 녹음",
        "member": inside.admin,
        "now": NOW,
    }
    for name in ("agreed", "withdrawn"):
        keep_guardian_consent(person=Person.objects.get(name=name), name="보호자", **told)
    withdraw_guardian_consent(person=Person.objects.get(name="withdrawn"), member=inside.admin, now=NOW)
    return inside


def test_a_guardian_s_consent_that_stands_divides_them(children: Cast) -> None:
    workspace_id = children.workspace.pk
    assert names(WITHOUT, workspace_id) == {"free", "withdrawn"}
    assert names(WITH, workspace_id) == {"agreed"}
    assert names(group("not", WITHOUT), workspace_id) == {"agreed", "fourteen", "grown", "unknown"}
    the_day_before = datetime(2026, 11, 21, 14, 59, tzinfo=UTC)
    assert names(WITHOUT, workspace_id, the_day_before) == {"free", "withdrawn", "fourteen"}
    assert names(WITHOUT, workspace_id, NOW + timedelta(days=366 * 3)) == set()


def test_it_is_said_and_looked_for_every_midnight() -> None:
    condition = read_definition(WITHOUT)
    assert condition.turns_at_midnight()
    assert condition.changes_unheard()
    with pytest.raises(InvalidDefinition):
        read_definition({"kind": "child", "guardian": "perhaps"})


@pytest.mark.shows("8.2.3", "AC-05")
def test_who_may_not_read_days_of_birth_does_not_learn_who_is_a_child(children: Cast) -> None:
    with masking(["born_on"]), pytest.raises(InvalidDefinition):
        estimate(WITHOUT, workspace_id=children.workspace.pk, now=NOW)
