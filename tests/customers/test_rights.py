"""What a person may ask of us: a stop of processing, a copy, and a request that is kept to its date."""

import csv
import io
import json
import random
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.utils.translation import override

from dangol.customers.contracts import person_tables
from dangol.customers.models import Identity, Person, Restriction, RightsCopy, RightsRequest
from dangol.customers.operations import (
    UnableToAnswer,
    UnableToRestrict,
    carry_out,
    confirm_request,
    forget_copies,
    lift_restriction,
    merge_people,
    portable,
    refuse,
    restrict,
    take_request,
)
from dangol.customers.operations.rights import erase_person_of, pack_copy, schema
from dangol.customers.queries import restriction_of
from dangol.customers.queries.rights import outcomes_of
from dangol.messaging.enums import Stage
from dangol.messaging.operations import decide, replay
from dangol.relations.models import Strength
from dangol.relations.operations import forget_forecast_of, measure, measure_everybody
from dangol.segments.contracts import Subject
from dangol.segments.queries import matching_ids, people_matching
from dangol.workspaces.models import AuditEntry
from tests.customers.whole_lives import Lives
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender
from tests.people import Cast

pytestmark = pytest.mark.django_db


def decisions(cast: Cast, person: Any, purpose: str) -> list[tuple[str, list[str]]]:
    found = decide(
        workspace_id=cast.workspace.pk, person_ids=[person.pk], channel="email", purpose=purpose,
        origin_id=person.pk, stage=Stage.PREVIEW, now=NOW,
    )  # fmt: skip
    assert all(replay(decision).reasons == tuple(decision.reasons) for decision in found)
    return [(str(decision.outcome), decision.reasons) for decision in found]


@pytest.mark.parametrize("purpose", ["marketing", "service", "transactional"])
def test_nothing_is_sent_while_processing_is_stopped(inside: Cast, purpose: str) -> None:
    make_sender(inside.admin)
    person = make_person(inside.jieun)
    agree(person)
    assert decisions(inside, person, purpose) == [("allow", [])]

    restrict(person=person, reason="본인 요청", member=inside.admin, now=NOW)
    assert decisions(inside, person, purpose) == [("refuse", ["restricted"])]

    lift_restriction(person=person, member=inside.admin, now=NOW)
    assert decisions(inside, person, purpose) == [("allow", [])]


def test_no_segment_holds_them_but_staff_still_find_them(inside: Cast) -> None:
    person, other = make_person(inside.jieun, city="서울"), make_person(inside.jieun, city="서울")
    restrict(person=person, reason="본인 요청", member=inside.admin, now=NOW)
    from_seoul = {"kind": "attribute", "attribute": "city", "operator": "is", "value": "서울"}

    for definition in (from_seoul, {"kind": "not", "conditions": [from_seoul | {"value": "부산"}]}):
        found = people_matching(definition, workspace_id=inside.workspace.pk, now=NOW)
        assert list(found) == [other]
    listed = matching_ids(from_seoul, about=Subject.PERSON, reader=inside.admin, now=NOW)
    assert set(Person.objects.filter(pk__in=listed)) == {person, other}


def test_nothing_is_computed_about_them(inside: Cast) -> None:
    person, other = make_person(inside.jieun), make_person(inside.jieun)
    measure_everybody(workspace_id=inside.workspace.pk, now=NOW)
    assert Strength.objects.count() == 2

    restrict(person=person, reason="본인 요청", member=inside.admin, now=NOW)
    forget_forecast_of(workspace_id=inside.workspace.pk, person_id=person.pk)
    measure_everybody(workspace_id=inside.workspace.pk, now=NOW)
    measure(workspace_id=inside.workspace.pk, person_ids=[person.pk, other.pk], now=NOW)

    assert [strength.person_id for strength in Strength.objects.all()] == [other.pk]


def test_a_stop_needs_a_reason_and_is_made_and_lifted_once(inside: Cast) -> None:
    person = make_person(inside.jieun)
    with pytest.raises(UnableToRestrict, match="Say why"):
        restrict(person=person, reason=" ", member=inside.admin, now=NOW)
    restrict(person=person, reason="본인 요청", member=inside.admin, now=NOW)
    with pytest.raises(UnableToRestrict, match="stopped already"):
        restrict(person=person, reason="또", member=inside.admin, now=NOW)
    lift_restriction(person=person, member=inside.admin, now=NOW)
    with pytest.raises(UnableToRestrict, match="not stopped"):
        lift_restriction(person=person, member=inside.admin, now=NOW)
    assert [(line.reason, line.lifted_by) for line in Restriction.objects.all()] == [("본인 요청", inside.admin)]
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"restrict", "lift_restriction"}


def test_a_stop_holds_for_the_one_that_two_became(inside: Cast) -> None:
    keep, loser = make_person(inside.jieun), make_person(inside.jieun)
    restrict(person=loser, reason="본인 요청", member=inside.admin, now=NOW)
    merge_people(keep=keep, merge=loser, choices={}, member=inside.jieun, now=NOW)
    assert restriction_of(keep) is not None


def make_full(cast: Cast) -> Any:
    """Make a person with rows in every table that is exported."""
    person, other = make_person(cast.jieun, name="김하늘", fields={"등급": "=1+1"}), make_person(cast.jieun)
    lives = Lives(random.Random(3), cast.jieun)
    for table in person_tables():
        if isinstance(table.model._meta.get_field(table.link), models.ForeignKey):
            for _n in range(8):
                lives._try(table, person, [person, other])
    return person


def test_the_copy_holds_every_exported_table(inside: Cast) -> None:
    person = make_full(inside)
    parts = {part["table"]: part for part in portable(person)}
    exported = {table.table: set(table.exported) for table in person_tables() if table.exported}
    assert set(parts) == {"customers_person", "customers_sealedvalue", *exported}
    for name, fields in exported.items():
        assert parts[name]["rows"], name
        assert fields >= set(parts[name]["rows"][0]), name


def test_a_copy_is_packed_as_json_and_csv(inside: Cast) -> None:
    person = make_full(inside)
    RightsRequest.objects.update(state="done")
    Identity.objects.create(
        workspace=inside.workspace, person=person, kind="external_id", value="=cmd()", origin="test"
    )
    request = take_request(person=person, kind="access", member=inside.admin, now=NOW, identity_proof="call back")
    carry_out(request=request, member=inside.admin, now=NOW)
    pack_copy(workspace_id=inside.workspace.pk, request_id=request.pk, member_id=inside.admin.pk)

    request.refresh_from_db()
    assert (request.state, request.done_by_id) == ("done", inside.admin.pk)
    assert person.name not in json.dumps(request.results, ensure_ascii=False), "the report outlives the person"
    with override("ko"):
        assert outcomes_of(request)[0]["title"] == "고객"
    with zipfile.ZipFile(io.BytesIO(bytes(RightsCopy.objects.get(request=request).content))) as archive:
        names = set(archive.namelist())
        whole = json.loads(archive.read("data.json"))
        told = archive.read("customers_identity.csv").decode("utf-8-sig")
        assert json.loads(archive.read("schema.json")) == schema()
    assert names >= {"data.json", "schema.json", "customers_person.csv", "tracking_order.csv"}
    assert (whole["format"], whole["person_id"]) == ("dangol.person/1", str(person.pk))
    assert set(schema()["required"]) == set(whole)
    values = [row["value"] for row in csv.DictReader(io.StringIO(told))]
    assert "'=cmd()" in values
    assert person.email in values


def test_a_copy_goes_after_seven_days(inside: Cast) -> None:
    person = make_person(inside.jieun)
    request = take_request(person=person, kind="access", member=inside.admin, now=NOW, identity_proof="call back")
    carry_out(request=request, member=inside.admin, now=NOW)
    pack_copy(workspace_id=inside.workspace.pk, request_id=request.pk, member_id=inside.admin.pk)
    copy = RightsCopy.objects.get()
    assert copy.expires_at - copy.made_at == timedelta(days=7)

    forget_copies(workspace_id=inside.workspace.pk)
    assert RightsCopy.objects.count() == 1
    RightsCopy.objects.update(expires_at=copy.made_at)
    forget_copies(workspace_id=inside.workspace.pk)
    assert RightsCopy.objects.count() == 0


def test_a_request_is_due_in_ten_days_and_taken_once(inside: Cast) -> None:
    person = make_person(inside.jieun)
    request = take_request(person=person, kind="erasure", member=inside.admin, now=NOW)
    assert (request.state, request.due_at - request.asked_at) == ("open", timedelta(days=10))
    with pytest.raises(UnableToAnswer, match="open already"):
        take_request(person=person, kind="erasure", member=inside.admin, now=NOW)
    take_request(person=person, kind="correction", member=inside.admin, now=NOW)


def test_a_request_over_a_link_counts_once_it_is_confirmed(inside: Cast) -> None:
    person = make_person(inside.jieun)
    request = take_request(person=person, kind="erasure", now=NOW)
    assert (request.state, request.by_person) == ("unconfirmed", True)
    with pytest.raises(UnableToAnswer):
        carry_out(request=request, member=inside.admin, now=NOW)

    later = NOW + timedelta(days=1)
    assert confirm_request(request=request, now=later)
    assert not confirm_request(request=request, now=later + timedelta(days=5))
    request.refresh_from_db()
    assert (request.state, request.due_at) == ("open", later + timedelta(days=10))


def test_an_erasure_is_carried_out_by_a_job_and_reported(inside: Cast) -> None:
    person = make_person(inside.jieun)
    request = take_request(person=person, kind="erasure", member=inside.admin, now=NOW, identity_proof="call back")
    carry_out(request=request, member=inside.admin, now=NOW)
    for _twice in range(2):
        erase_person_of(workspace_id=inside.workspace.pk, request_id=request.pk, member_id=inside.admin.pk)
    request.refresh_from_db()
    assert (request.state, request.person_id) == ("done", None)
    assert {"customers_person", "customers_identity"} <= {row["place"] for row in request.results}


def test_a_refusal_says_why(inside: Cast) -> None:
    request = take_request(
        person=make_person(inside.jieun), kind="erasure", member=inside.admin, now=NOW, identity_proof="call back"
    )
    for ground, reason in (("claims", " "), ("", "진행 중인 분쟁"), ("none", "진행 중인 분쟁")):
        with pytest.raises(UnableToAnswer, match="on what legal ground"):
            refuse(request=request, ground=ground, reason=reason, member=inside.admin, now=NOW)
    refuse(request=request, ground="claims", reason="진행 중인 분쟁", member=inside.admin, now=NOW)
    with pytest.raises(UnableToAnswer, match="done already"):
        carry_out(request=request, member=inside.admin, now=NOW)
    done = RightsRequest.objects.get()
    assert (done.state, done.refusal_ground, done.reply) == ("refused", "claims", "진행 중인 분쟁")
