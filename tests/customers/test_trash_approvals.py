"""Deleting for good from the trash, where a rule lets others agree first."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from dangol.customers.models import Company, Person
from dangol.customers.operations import UnableToEnd, end_trashed, move_to_trash, restore_from_trash
from dangol.kit import tenancy
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Approval, AuditEntry, Member
from tests.desk.test_approvals import ClientOf, agreed_to, rule
from tests.factories import make_person
from tests.people import Cast

TRASH = "deletion_for_good"


def throw(cast: Cast, kind: str, row: Person | Company) -> None:
    with tenancy.workspace(cast.workspace.pk):
        move_to_trash(
            workspace_id=cast.workspace.pk, kind=kind, ids=[row.pk], member=cast.jieun, now=timezone.now()
        )  # fmt: skip


@pytest.fixture
def haneul(cast: Cast) -> Person:
    """Return a person of 지은 who lies in the trash."""
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
    throw(cast, "person", person)
    return person


@pytest.fixture
def second(cast: Cast) -> Member:
    """Return the marketer as a second administrator: nobody agrees to what they asked for."""
    with tenancy.workspace(cast.workspace.pk):
        Member.objects.filter(pk=cast.marketer.pk).update(role=Role.ADMINISTRATOR)
        return Member.objects.get(pk=cast.marketer.pk)


def lies_there(cast: Cast, model: type[Person] | type[Company]) -> bool:
    with tenancy.workspace(cast.workspace.pk), tenancy.open_trash():
        return model.objects.filter(deleted_at__isnull=False).exists()


def in_korean(text: str) -> str:
    with translation.override("ko"):
        return gettext(text)


def end_of(kind: str, row: Person | Company) -> str:
    return reverse("history:end", args=[kind, row.pk])


@pytest.mark.shows("2.3.1")
def test_a_person_goes_for_good_when_somebody_else_agreed(
    cast: Cast, haneul: Person, second: Member, client_of: ClientOf
) -> None:
    rule(cast, TRASH)
    admin, path = client_of(cast.admin), end_of("person", haneul)
    assert in_korean("Ask for approval") in admin.get(path).content.decode()
    for _press in range(2):
        admin.post(path)
    with tenancy.workspace(cast.workspace.pk):
        question = Approval.objects.get()
    told = f"/approvals/{question.pk}/"
    assert told in admin.get(path).content.decode()
    assert told in admin.get(reverse("history:trash")).content.decode()
    assert told not in client_of(cast.jieun).get(reverse("history:trash")).content.decode()
    assert "김하늘" not in client_of(second).get(told).content.decode()
    assert (agreed_to(cast, admin).state, lies_there(cast, Person)) == ("waiting", True)
    assert (agreed_to(cast, client_of(second)).state, lies_there(cast, Person)) == ("used", False)


def test_whoever_was_brought_back_and_thrown_away_again_takes_another_approval(
    cast: Cast, haneul: Person, second: Member, client_of: ClientOf
) -> None:
    rule(cast, TRASH)
    client_of(cast.admin).post(end_of("person", haneul))
    with tenancy.workspace(cast.workspace.pk):
        restore_from_trash(
            workspace_id=cast.workspace.pk, kind="person", ids=[haneul.pk], member=cast.jieun, now=timezone.now()
        )  # fmt: skip
    throw(cast, "person", haneul)
    assert (agreed_to(cast, client_of(second)).state, lies_there(cast, Person)) == ("void", True)


def test_whoever_was_brought_back_stays(cast: Cast, haneul: Person, second: Member, client_of: ClientOf) -> None:
    rule(cast, TRASH)
    client_of(cast.admin).post(end_of("person", haneul))
    client_of(cast.jieun).post(reverse("history:restoration", args=["person", haneul.pk]))
    assert agreed_to(cast, client_of(second)).state == "approved"
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.get().name == "김하늘"
        with pytest.raises(UnableToEnd):
            end_trashed(kind="person", row=haneul, member=cast.admin, now=timezone.now())


def test_without_a_rule_a_company_goes_at_once_and_it_is_written_down(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = Company.objects.create(workspace=cast.workspace, name="단골상사", owner=cast.jieun)
    throw(cast, "company", company)
    client_of(cast.admin).post(end_of("company", company))
    assert not lies_there(cast, Company)
    with tenancy.workspace(cast.workspace.pk):
        entry = AuditEntry.objects.get(verb="delete_for_good")
        assert not Approval.objects.exists()
    assert (entry.member_id, entry.detail) == (cast.admin.pk, {"kind": "company", "row": str(company.pk)})


def test_a_rule_that_too_few_can_fulfil_is_told_and_nothing_goes(
    cast: Cast, haneul: Person, second: Member, client_of: ClientOf
) -> None:
    rule(cast, TRASH, needed=2)
    page = client_of(cast.admin).post(end_of("person", haneul), follow=True).content.decode()
    assert in_korean("Fewer colleagues could approve this than the rule asks for. Ask an administrator.") in page
    assert lies_there(cast, Person)
    assert client_of(cast.jieun).post(end_of("person", haneul)).status_code == 403
    assert client_of(cast.lee).post(end_of("person", haneul)).status_code == 404
