"""A source writes what who answers for it may write, with the rights of the moment."""

from pathlib import Path

import pytest
from pytest_django import Settings

from dangol.customers.models import Identity, Person
from dangol.integrations.data_sources.enums import Kind, RunState
from dangol.integrations.data_sources.models import Run, Source
from dangol.integrations.data_sources.operations import UnableToSetUp, dry_run, sample_of, save_mapping
from dangol.kit import tenancy
from dangol.workspaces.enums import FieldAccess, Level, Role
from dangol.workspaces.models import CustomRole, Member
from dangol.workspaces.permissions import RIGHTS
from tests.conftest import signed_in
from tests.factories import NOW, make_person
from tests.integrations.data_sources.sources import counts, make_source, read
from tests.people import Cast


@pytest.fixture
def source(inside: Cast, tmp_path: Path, settings: Settings) -> Source:
    settings.SOURCES_FOLDER = str(tmp_path)
    (tmp_path / "dangol").mkdir()
    (tmp_path / "dangol" / "a.csv").write_text("고객번호,이름,전화\n1,김하늘,010-1234-5678\n")
    return make_source(inside.admin, Kind.FILES, {"shelf": "folder", "folder": ""}, {"pattern": "*.csv"})


def role_without(cast: Cast, field: str) -> CustomRole:
    """Return a role that may do everything but write one field."""
    levels = {f"{kind}.{verb}": Level.ALL for kind, verb in RIGHTS}
    return CustomRole.objects.create(
        workspace=cast.workspace, name="전산", levels=levels, fields={field: FieldAccess.READ}
    )


def give(member: Member, role: CustomRole) -> Member:
    Member.objects.filter(pk=member.pk).update(role=Role.CUSTOM, custom_role=role)
    return Member.objects.get(pk=member.pk)


def refused(cast: Cast, source: Source) -> Run:
    run = read(source, cast.marketer)
    assert (run.state, counts(run)) == (RunState.FAILED, (0, 0, 0, 0))
    assert not Person.objects.exists()
    return run


@pytest.mark.shows("8.3.1", "AC-32")
def test_a_field_that_the_role_no_longer_writes_stops_the_source(inside: Cast, source: Source) -> None:
    give(inside.admin, role_without(inside, "phone"))
    error = refused(inside, source).error
    assert error == "The role of who answers for this source may not write these fields: Phone. Leave them out."
    with tenancy.workspace(inside.workspace.pk):
        page = signed_in(Member.objects.get(pk=inside.admin.pk)).get(source.get_absolute_url())
    assert error in page.content.decode()


@pytest.mark.parametrize("gone", [{"ended_at": NOW}, {"role": Role.SALES}])
def test_a_source_stops_with_who_answers_for_it_until_somebody_else_does(
    inside: Cast, source: Source, gone: dict[str, object]
) -> None:
    Member.objects.filter(pk=inside.marketer.pk).update(role=Role.ADMINISTRATOR)
    Member.objects.filter(pk=inside.admin.pk).update(**gone)
    assert "save them as your own" in refused(inside, source).error
    other = Member.objects.get(pk=inside.marketer.pk)
    save_mapping(
        source=source, member=other, sample=sample_of(source), mapping=source.mapping, on_duplicate="update", now=NOW
    )
    assert counts(read(source, other)) == (1, 1, 0, 0)


def test_nobody_saves_a_column_that_their_role_does_not_write(inside: Cast, source: Source) -> None:
    clerk, sample = give(inside.marketer, role_without(inside, "phone")), sample_of(source)
    with pytest.raises(UnableToSetUp, match="Phone"):
        save_mapping(
            source=source, member=clerk, sample=sample, mapping=source.mapping, on_duplicate="update", now=NOW
        )  # fmt: skip
    source.refresh_from_db()
    assert source.by_id == inside.admin.pk


def test_the_sample_tells_nobody_whose_number_it_is(inside: Cast, source: Source) -> None:
    person = make_person(inside.jieun, phone="+821012345678")
    Identity.objects.create(workspace=inside.workspace, person=person, kind="phone", value=person.phone, origin="test")
    clerk, sample = give(inside.marketer, role_without(inside, "phone")), sample_of(source)
    mapping = source.mapping | {"고객번호": ""}
    told = {
        member: dry_run(source=source, sample=sample, mapping=mapping, member=member, now=NOW)
        for member in (inside.admin, clerk)
    }
    assert [[one.code for one in taken.problems] for taken in told.values()] == [[], ["missing_identity"]]
