"""Nobody in the trash is in a segment, whatever the segment asks for."""

import pytest

from dangol.customers.operations import move_to_trash, restore_from_trash
from dangol.segments.models import Segment
from dangol.segments.operations import compute_segment, refresh_segments_of_people
from dangol.segments.queries import estimate, member_ids, people_matching
from tests.factories import NOW, make_person
from tests.people import Cast

EVERYBODY = {"kind": "attribute", "attribute": "city", "operator": "is", "value": "서울"}


@pytest.mark.parametrize("definition", [EVERYBODY, {"kind": "any", "conditions": [EVERYBODY, EVERYBODY]}])
def test_who_goes_into_the_trash_leaves_every_segment_and_comes_back_into_it(
    inside: Cast, definition: dict[str, object]
) -> None:
    gone, here = (make_person(inside.admin, name=name, city="서울") for name in ("Gone", "Here"))
    segment = Segment.objects.create(
        workspace=inside.workspace, name="서울", definition=definition, created_by=inside.admin
    )
    house = inside.workspace.pk
    compute_segment(workspace_id=house, segment_id=segment.pk, version=segment.version)
    assert set(member_ids(segment)) == {gone.pk, here.pk}
    move_to_trash(workspace_id=house, kind="person", ids=[gone.pk], member=inside.admin, now=NOW)
    assert estimate(definition, workspace_id=house, now=NOW).size == 1
    assert [person.pk for person in people_matching(definition, workspace_id=house, now=NOW)] == [here.pk]
    refresh_segments_of_people(workspace_id=house, person_ids=(gone.pk,))
    segment.refresh_from_db()
    assert (set(member_ids(segment)), segment.size) == ({here.pk}, 1)
    restore_from_trash(workspace_id=house, kind="person", ids=[gone.pk], member=inside.admin, now=NOW)
    refresh_segments_of_people(workspace_id=house, person_ids=(gone.pk,))
    assert set(member_ids(segment)) == {gone.pk, here.pk}
