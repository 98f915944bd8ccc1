"""What roles allow: read from the declared rights, so that a new right or role is covered of itself."""

from datetime import timedelta

import pytest

from dangol.kit import tenancy
from dangol.workspaces.enums import FieldAccess, Kind, Level, Role, Verb
from dangol.workspaces.models import AuditEntry, CustomRole, Member
from dangol.workspaces.operations import (
    UnableToDivide,
    UnableToElevate,
    UnableToGiveRole,
    UnableToSaveRole,
    answer_elevation,
    ask_for_elevation,
    end_elevation,
    give_role,
    save_branch,
    save_role,
)
from dangol.workspaces.permissions import MASKED, OFFERED, OWNED, RIGHTS, ROLES, May, Rights, may_configure
from dangol.workspaces.queries import places_of
from tests.factories import NOW
from tests.people import Cast


def test_every_fixed_role_says_what_it_allows() -> None:
    assert set(ROLES) == set(Role) - {Role.CUSTOM}
    assert all(verb in OFFERED[kind] for rights in ROLES.values() for kind, verb in rights.levels)


@pytest.mark.shows("8.2.1")
def test_the_matrix_of_fixed_roles_is_the_one_that_was_agreed() -> None:
    told = {role: "".join(str(rights.level(*right).value) for right in RIGHTS) for role, rights in ROLES.items()}
    assert told == {
        Role.ADMINISTRATOR: "4444444444444444444",
        Role.MANAGER: "4444444444444444000",
        Role.MARKETER: "4444404444444444000",
        Role.SALES: "2220002220222000000",
        Role.SERVICE: "2220002220222000000",
        Role.ANALYST: "4004004004400400000",
        Role.PRIVACY_OFFICER: "4000044000400400404",
        Role.SHOP_STAFF: "2200002200220000000",
        Role.PARTNER: "1100001100000000000",
    }
    masked = {role for role, rights in ROLES.items() if rights.masked == set(MASKED)}
    assert masked == {Role.ANALYST, Role.SHOP_STAFF}
    assert not any(rights.masked for role, rights in ROLES.items() if role not in masked)


@pytest.mark.shows("16.5.3")
def test_an_unknown_role_may_do_nothing(cast: Cast) -> None:
    stranger = Member(workspace=cast.workspace, role="emperor")
    assert not any(May(verb, [kind])(stranger) for kind, verb in RIGHTS)


def test_nothing_may_be_done_to_what_is_not_seen() -> None:
    blind = Rights({(Kind.PEOPLE, Verb.CHANGE): Level.ALL, (Kind.PEOPLE, Verb.SEE): Level.OWN})
    assert blind.level(Kind.PEOPLE, Verb.CHANGE) == Level.OWN


def shopkeeper(cast: Cast, **levels: int) -> CustomRole:
    with tenancy.workspace(cast.workspace.pk):
        told = {name.replace("_", "."): level for name, level in levels.items()}
        return save_role(by=cast.admin, role=None, name="점장", levels=told, fields={"phone": 0}, now=NOW)


def test_a_role_of_the_workspace_comes_with_the_member(cast: Cast, django_assert_num_queries: object) -> None:
    role = shopkeeper(cast, people_see=Level.BRANCH, people_change=Level.OWN)
    with tenancy.workspace(cast.workspace.pk):
        give_role(by=cast.admin, member=cast.dana, role=Role.CUSTOM, custom_role=role, team=None, now=NOW)
    (dana,) = places_of(cast.dana.user_id)
    with django_assert_num_queries(0):  # type: ignore[operator] # pytest-django's fixture
        assert (dana.rights.level(Kind.PEOPLE, Verb.SEE), dana.role_name) == (Level.BRANCH, "점장")
        assert dana.rights.level(Kind.PEOPLE, Verb.CHANGE) == Level.OWN
        assert dana.rights.access("phone") == FieldAccess.MASK
    assert [(one.verb, one.deed) for one in AuditEntry.objects.order_by("id")] == []
    with tenancy.workspace(cast.workspace.pk):
        granted = AuditEntry.objects.filter(deed="grant").order_by("id")
        assert [one.verb for one in granted] == ["save_role", "give_role"]
        assert (granted[1].detail["before"]["role"], granted[1].detail["after"]["role"]) == (
            "Sales representative",
            "점장",
        )


def test_a_name_is_taken_once(cast: Cast) -> None:
    shopkeeper(cast)
    with tenancy.workspace(cast.workspace.pk), pytest.raises(UnableToSaveRole):
        save_role(by=cast.admin, role=None, name="점장", levels={}, fields={}, now=NOW)


def test_nobody_changes_the_own_role(inside: Cast) -> None:
    with pytest.raises(UnableToGiveRole):
        give_role(by=inside.admin, member=inside.admin, role=Role.SALES, custom_role=None, team=None, now=NOW)
    inside.admin.refresh_from_db()
    assert inside.admin.role == Role.ADMINISTRATOR


def test_a_branch_does_not_stand_below_itself(inside: Cast) -> None:
    korea = save_branch(by=inside.admin, branch=None, name="한국", parent=None, now=NOW)
    south = save_branch(by=inside.admin, branch=None, name="영남", parent=korea, now=NOW)
    with pytest.raises(UnableToDivide):
        save_branch(by=inside.admin, branch=korea, name="한국", parent=south, now=NOW)
    with pytest.raises(UnableToDivide):
        save_branch(by=inside.admin, branch=None, name="영남", parent=None, now=NOW)


def test_rights_are_lent_by_another_and_end_by_themselves(inside: Cast) -> None:
    from django.utils import timezone

    now = timezone.now()
    asked = ask_for_elevation(
        member=inside.jieun, role=Role.ADMINISTRATOR, reason="휴가 대신", hours=2, now=now - timedelta(hours=1)
    )
    assert not may_configure(Member.objects.get(pk=inside.jieun.pk))
    with pytest.raises(UnableToElevate):
        answer_elevation(by=inside.jieun, elevation=asked, is_granted=True, now=now)
    answer_elevation(by=inside.admin, elevation=asked, is_granted=True, now=now - timedelta(hours=1))
    assert may_configure(Member.objects.get(pk=inside.jieun.pk))
    assert Member.objects.get(pk=inside.jieun.pk).roles_held == {Role.SALES, Role.ADMINISTRATOR}

    end_elevation(by=inside.admin, elevation=asked, now=now)
    assert not may_configure(Member.objects.get(pk=inside.jieun.pk))
    verbs = AuditEntry.objects.filter(deed="grant").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["ask_for_elevation", "answer_elevation", "end_elevation"]


def test_lent_rights_whose_time_is_over_are_gone(inside: Cast) -> None:
    asked = ask_for_elevation(member=inside.jieun, role=Role.ADMINISTRATOR, reason="휴가 대신", hours=1, now=NOW)
    answer_elevation(by=inside.admin, elevation=asked, is_granted=True, now=NOW - timedelta(days=1000))
    assert Member.objects.get(pk=inside.jieun.pk).rights == ROLES[Role.SALES]


def test_a_refusal_lends_nothing_and_is_given_once(inside: Cast) -> None:
    asked = ask_for_elevation(member=inside.jieun, role=Role.MANAGER, reason="보고서", hours=1, now=NOW)
    with pytest.raises(UnableToElevate):
        ask_for_elevation(member=inside.jieun, role=Role.MANAGER, reason="보고서", hours=1, now=NOW)
    answer_elevation(by=inside.admin, elevation=asked, is_granted=False, now=NOW)
    assert Member.objects.get(pk=inside.jieun.pk).elevation is None
    with pytest.raises(UnableToElevate):
        answer_elevation(by=inside.admin, elevation=asked, is_granted=True, now=NOW)


def test_a_lent_role_widens_and_takes_nothing_away() -> None:
    both = ROLES[Role.ANALYST].with_lent(ROLES[Role.SALES])
    assert both.level(Kind.PEOPLE, Verb.EXPORT) == Level.ALL
    assert both.level(Kind.PEOPLE, Verb.CHANGE) == Level.TEAM
    assert not both.masked
    assert all(both.level(kind, Verb.SEE) == Level.ALL for kind in OWNED)
