"""Automated decisions about one person are explained from what is kept of them."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.messaging.enums import Stage
from dangol.messaging.models import PolicyDecision
from dangol.messaging.operations import decide
from dangol.privacy.queries.decisions import automated_decisions
from dangol.relations.operations import measure_everybody
from dangol.segments.models import Segment, SegmentMember
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], MemberClient]
FROM_SEOUL = {"kind": "attribute", "attribute": "city", "operator": "is", "value": "서울"}


def make_decided(cast: Cast) -> Person:
    """Make a person with a score, in a segment, to whom an advertisement was not sent."""
    person = make_person(cast.jieun, city="서울", owner=cast.jieun)
    segment = Segment.objects.create(
        workspace=cast.workspace, name="서울 고객", definition=FROM_SEOUL, created_by=cast.admin
    )
    SegmentMember.objects.create(workspace=cast.workspace, segment=segment, person=person, entered_at=NOW)
    measure_everybody(workspace_id=cast.workspace.pk, now=NOW)
    refused = decide(
        workspace_id=cast.workspace.pk, person_ids=[person.pk], channel="email", purpose="marketing",
        origin_id=segment.pk, stage=Stage.PREVIEW, now=NOW,
    )  # fmt: skip
    PolicyDecision.objects.bulk_create(refused)
    return person


def test_each_decision_says_why(inside: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = make_decided(inside)
    with django_assert_num_queries(4):
        told = automated_decisions(person, reader=inside.admin, language="en")
    assert told.strength is not None
    assert told.why_strength
    assert [(one.name, "서울" in one.why) for one in told.groupings] == [("서울 고객", True)]
    (withheld,) = told.withheld
    assert "You did not agree to advertising, so we do not send it." in withheld.why
    assert told.left_alone == []


def test_nothing_was_decided_about_a_newcomer(inside: Cast) -> None:
    told = automated_decisions(make_person(inside.jieun), reader=inside.admin, language="ko")
    assert (told.strength, told.groupings, told.withheld, told.left_alone) == (None, [], [], [])


@pytest.mark.shows("8.2.1")
def test_it_is_read_and_handed_over_by_those_who_guard_privacy(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_decided(cast)
    pages = [f"/people/{person.pk}/decisions/{end}" for end in ("", "explained-ko.html", "explained-en.html")]
    for page in pages:
        assert "서울 고객" in client_of(cast.admin).get(page).content.decode()
        assert {client_of(one).get(page).status_code for one in (cast.jieun, cast.minsu, cast.dana)} == {403}
        assert client_of(cast.lee).get(page).status_code == 404
    with tenancy.workspace(cast.workspace.pk):
        exported = AuditEntry.objects.filter(deed="export", verb="export_decisions")
        assert [entry.people for entry in exported] == [[person.pk]] * 2
