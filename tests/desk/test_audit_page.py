"""The page of the audit record: who may read it, what it shows, and that reading it is written down as well."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dangol.kit import tenancy
from dangol.workspaces.enums import Deed, Role
from dangol.workspaces.models import AuditEntry, Member, User
from dangol.workspaces.operations import invite, record_act
from tests.factories import make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]
QUERIES = 15


@pytest.fixture
def officer(cast: Cast) -> Member:
    user = User.objects.create_user("officer@example.com", "correct horse battery", name="보호책임자")
    with tenancy.workspace(cast.workspace.pk):
        return invite(workspace=cast.workspace, user=user, role=Role.PRIVACY_OFFICER)


@pytest.mark.shows("8.2.1")
def test_administrators_and_privacy_officers_read_it_and_nobody_else(
    cast: Cast, officer: Member, client_of: SignIn
) -> None:
    answers = {
        member.user.name: [client_of(member).get(reverse(page)).status_code for page in ("audit", "audit_export")]
        for member in (cast.admin, officer, cast.marketer, cast.jieun, cast.minsu, cast.dana)
    }
    assert answers == {
        "관리자": [200, 200], "보호책임자": [200, 200], "마케터": [403, 403], "지은": [403, 403], "민수": [403, 403],
        "Dana": [403, 403],
    }  # fmt: skip


def test_it_is_narrowed_down_by_who_what_whose_and_when(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        for member, deed, people in ((cast.jieun, Deed.SEE, [person.pk]), (cast.dana, Deed.EXPORT, [])):
            record_act(
                member=member, verb=f"of_{member.user.name}", detail={}, now=timezone.now(), deed=deed, people=people
            )
    client = client_of(cast.admin)

    def shown(**asked: str) -> tuple[bool, bool]:
        page = client.get(reverse("audit"), asked).content.decode()
        return "of_지은" in page, "of_Dana" in page

    assert shown() == (True, True)
    assert shown(member=str(cast.jieun.pk)) == (True, False)
    assert shown(deed="export") == (False, True)
    assert shown(whose="김하늘") == (True, False)
    assert shown(whose=str(person.pk)) == (True, False)
    assert shown(whose="nobody") == (False, False)
    assert shown(last="2026-01-01") == (False, False)
    assert shown(first="nonsense") == (True, True)


def test_lee_reads_nothing_of_another_workspace(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        record_act(member=cast.jieun, verb="canary", detail={}, now=timezone.now())
    lee = client_of(cast.lee)
    assert "canary" not in lee.get(reverse("audit"), {"member": str(cast.jieun.pk)}).content.decode()
    assert "canary" not in b"".join(lee.get(reverse("audit_export"))).decode()


def test_the_file_holds_what_the_page_shows_and_is_written_down(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        record_act(member=cast.jieun, verb="=cmd()", detail={}, now=timezone.now())
    answer = client_of(cast.admin).get(reverse("audit_export"))
    lines = b"".join(answer).decode().splitlines()
    assert len(lines) == 3
    assert "'=cmd()" in lines[2]
    with tenancy.workspace(cast.workspace.pk):
        assert AuditEntry.objects.get(verb="export_audit").member == cast.admin


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(cast: Cast, client_of: SignIn, rows: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for _ in range(rows):
            person = make_person(cast.jieun, owner=cast.jieun)
            record_act(member=cast.jieun, verb="person", detail={}, now=timezone.now(), people=[person.pk])
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("audit")).status_code == 200
    assert len(asked) == QUERIES, "\n".join(one["sql"][:160] for one in asked)
