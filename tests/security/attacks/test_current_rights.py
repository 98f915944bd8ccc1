"""What runs later runs with the rights that its owner has then."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from dangol.customers.enums import ImportState, RequestState, RightKind
from dangol.customers.models import PeopleImport, Person, RightsRequest
from dangol.customers.operations import carry_out, run_people_import, take_request
from dangol.customers.operations.rights import erase_person_of
from dangol.desk.enums import BulkAction, BulkState, ExportFormat, Listed
from dangol.desk.models import BulkChange, EventExport, EventExportPiece
from dangol.desk.operations import change_many, export_events, run_bulk_change, run_event_export, run_undo
from dangol.marketing.enums import CampaignState
from dangol.marketing.models import CampaignCancellation
from dangol.marketing.operations import continue_campaigns, schedule
from dangol.tracking.models import Source
from dangol.workspaces.enums import Kind, Level, Role, Verb
from dangol.workspaces.models import AuditEntry, CustomRole, Member
from dangol.workspaces.permissions import MASKED
from tests.factories import NOW, make_person
from tests.marketing.making import make_campaign, make_sender
from tests.people import Cast
from tests.tracking.test_catalogue_pages import happen, source

__all__ = ["source"]
pytestmark = pytest.mark.shows("AC-32")

OF_SOMEBODY = {
    "continue_campaigns", "do_what_was_approved", "erase_person_of", "pack_copy", "run_bulk_change",
    "run_event_export", "run_people_import", "run_source", "run_undo",
}  # fmt: skip
"""
Jobs that do what one member asked for. Each has a test below; `pack_copy` asks where `erase_person_of` does, and
`run_source` is asked in tests/integrations/data_sources/test_rights.py.
"""

OF_THE_HOUSE = {
    "apply_retention", "book_contacts", "compare_changed_companies", "compare_changed_people", "compute_segment",
    "copy_tables", "empty_field_index", "empty_trash", "end_keeping", "exchange_choices", "expire_approvals",
    "fill_field_index", "fix_audience", "follow_clock", "forget_copies", "forget_event_exports",
    "forget_forecast_of", "forget_kept_answers", "gather_stragglers", "judge_in_segment", "measure_levels",
    "read_mailbox", "recount_attention_of", "refresh_forecast_of", "refresh_moving_segments", "refresh_segments",
    "refresh_segments_of", "refresh_segments_of_people", "refresh_segments_of_person", "refresh_strength",
    "refresh_strength_of", "review_event_file", "review_people_import", "run_due_sources", "run_event_file",
    "run_replay", "scan_for_duplicates", "seal_again", "seal_audit", "send_consent_question",
    "sweep_files", "take_import_back", "tell_of_consent_given", "tell_of_consent_withdrawn", "tell_of_consents",
    "tell_members", "tell_of_import", "tell_of_orders", "tell_of_recognition", "tell_of_silence", "turn_audit_months",
    "watch_volumes", "write_lake",
}  # fmt: skip
"""Jobs that keep the house in order, whoever set them up: nobody's rights widen or narrow what they do."""


def test_every_job_is_known_to_be_somebody_s_or_the_house_s() -> None:
    jobs = {name.rpartition(".")[2] for name in app.tasks if name.startswith("dangol.")}
    assert jobs == OF_SOMEBODY | OF_THE_HOUSE


def lose_rights(member: Member) -> None:
    """Make somebody a partner, who sees nothing but own rows."""
    Member.objects.filter(pk=member.pk).update(role=Role.PARTNER, team=None)


def ask_for_events(cast: Cast) -> EventExport:
    return export_events(
        member=cast.marketer, name="Product Viewed", since=NOW - timedelta(days=1), until=NOW + timedelta(days=1),
        segment=None, form=ExportFormat.NDJSON, now=NOW,
    )  # fmt: skip


def test_a_file_of_events_is_thrown_away(inside: Cast) -> None:
    export = ask_for_events(inside)
    lose_rights(inside.marketer)
    run_event_export(workspace_id=inside.workspace.pk, export_id=export.pk)
    assert not EventExport.objects.exists()
    assert AuditEntry.objects.filter(deed="refused", verb="run_event_export").count() == 1


def test_a_file_of_events_holds_what_its_owner_sees_and_reads(inside: Cast, source: Source) -> None:
    mine, other = make_person(inside.jieun, owner=inside.marketer), make_person(inside.jieun, owner=inside.dana)
    for person in (mine, other, None):
        happen(inside, source, "Product Viewed", NOW, person, told="sol@hidden.example 010-9876-5432", sku="A-010")
    export = ask_for_events(inside)
    levels = {f"{Kind.PEOPLE}.{verb}": Level.OWN for verb in (Verb.SEE, Verb.EXPORT)}
    role = CustomRole.objects.create(workspace=inside.workspace, name="지점", levels=levels, fields=MASKED)
    Member.objects.filter(pk=inside.marketer.pk).update(role=Role.CUSTOM, custom_role=role)
    run_event_export(workspace_id=inside.workspace.pk, export_id=export.pk)
    [line] = bytes(EventExportPiece.objects.get().content).decode().splitlines()
    assert str(mine.pk) in line
    assert '"told": "s***@h*** 010-****-5432", "sku": "A-010"' in line or '"sku": "A-010", "told": "s***@h***' in line


def test_a_change_of_many_rows_stops_at_what_is_out_of_reach(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dangol.desk.operations.bulk.AT_ONCE", 1)
    ids = [make_person(inside.jieun, name=f"손님{number}", owner=inside.jieun).pk for number in range(3)]
    detail = {"field": "city", "value": "부산"}
    change = change_many(
        member=inside.jieun, listed=Listed.PEOPLE, action=BulkAction.CHANGE, detail=detail, ids=ids, now=NOW
    )
    Member.objects.filter(pk=inside.jieun.pk).update(ended_at=NOW)
    run_bulk_change(workspace_id=inside.workspace.pk, change_id=change.pk)
    assert list(Person.objects.order_by("name").values_list("city", flat=True)) == ["부산", "", ""]
    BulkChange.objects.update(state=BulkState.UNDOING, position=0)
    run_undo(workspace_id=inside.workspace.pk, change_id=change.pk, member_id=inside.jieun.pk)
    assert BulkChange.objects.get().state == BulkState.FAILED
    assert Person.objects.filter(city="부산").count() == 1


def test_an_import_waits_for_somebody_who_may(inside: Cast) -> None:
    made = PeopleImport.objects.create(
        workspace=inside.workspace, file_name="people.csv", by=inside.marketer, state=ImportState.RUNNING
    )
    lose_rights(inside.marketer)
    run_people_import(workspace_id=inside.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    assert made.state == ImportState.PAUSED


def test_an_erasure_is_open_again(inside: Cast) -> None:
    person = make_person(inside.jieun)
    take_request(
        person=person,
        member=inside.admin,
        now=NOW,
        kind=RightKind.ERASURE,
        identity_proof="She called from her number.",
    )
    request = RightsRequest.objects.get()
    carry_out(request=request, member=inside.admin, now=NOW)
    lose_rights(inside.admin)
    erase_person_of(workspace_id=inside.workspace.pk, request_id=request.pk, member_id=inside.admin.pk)
    request.refresh_from_db()
    assert (request.state, Person.objects.filter(pk=person.pk).exists()) == (RequestState.OPEN, True)


def test_a_campaign_of_somebody_who_may_not_send_does_not_leave(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    schedule(campaign=campaign, at=NOW + timedelta(minutes=1), by=inside.marketer, now=NOW)
    type(campaign).objects.update(scheduled_at=NOW)
    lose_rights(inside.marketer)
    continue_campaigns(workspace_id=inside.workspace.pk)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CANCELLED
    assert CampaignCancellation.objects.get().by == inside.marketer
