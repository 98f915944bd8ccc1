"""While a workspace is suspended nobody comes in and nothing is done for it; then everything goes on."""

from collections.abc import Callable

import pytest
from django.test import Client

from dangol.kit import tenancy
from dangol.messaging.models import Message
from dangol.messaging.operations.handoff import take_due
from dangol.workspaces.enums import KeyScope, Role
from dangol.workspaces.models import AuditEntry, Member
from dangol.workspaces.operations import invite, make_api_key, resume, suspend
from dangol.workspaces.queries import key_of_secret, member_of_key, served_workspaces
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast

SignIn = Callable[[Member], Client]


def test_nobody_of_it_comes_in_and_others_do(cast: Cast, client_of: SignIn) -> None:
    suspend(cast.workspace, now=NOW)

    answers = [client_of(member).get("/people/").status_code for member in (cast.admin, cast.jieun, cast.lee)]

    assert answers == [403, 403, 200]


def test_everybody_comes_in_again_when_it_is_resumed(cast: Cast, client_of: SignIn) -> None:
    suspend(cast.workspace, now=NOW)
    resume(cast.workspace)

    assert [client_of(member).get("/people/").status_code for member in (cast.admin, cast.jieun)] == [200, 200]


def test_who_works_in_two_comes_into_the_other(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        invite(workspace=cast.other_workspace, user=cast.jieun.user, role=Role.SALES)
    suspend(cast.workspace, now=NOW)

    answer = client_of(cast.jieun).get("/people/")

    assert answer.status_code == 200
    assert "Lee &amp; Co" in answer.content.decode()


def test_its_keys_open_nothing(inside: Cast) -> None:
    _key, secret = make_api_key(
        by=inside.admin, name="till", member=inside.admin, scope=KeyScope.READ, expires_at=None, now=NOW
    )
    key = key_of_secret(secret)
    assert key is not None
    assert member_of_key(key) == inside.admin

    suspend(inside.workspace, now=NOW)

    assert member_of_key(key) is None


def test_no_work_is_queued_for_it_and_no_mail_leaves(inside: Cast) -> None:
    sender = make_sender(inside.admin)
    person = make_person(inside.admin)
    agree(person)
    queue(make_version(inside.admin), [person])
    suspend(inside.workspace, now=NOW)

    assert list(served_workspaces()) == [inside.other_workspace]
    assert take_due(workspace_id=inside.workspace.pk, sender=sender, token="me", now=NOW, limit=10) == []
    assert Message.objects.get().state == "queued"
    resume(inside.workspace)
    assert len(take_due(workspace_id=inside.workspace.pk, sender=sender, token="me", now=NOW, limit=10)) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_it_is_written_down_once(inside: Cast, times: int) -> None:
    for _ in range(times):
        suspend(inside.workspace, now=NOW)
    for _ in range(times):
        resume(inside.workspace)

    told = AuditEntry.objects.filter(verb__startswith="Workspace").order_by("id").values_list("verb", flat=True)
    assert list(told) == ["WorkspaceSuspended", "WorkspaceResumed"]
