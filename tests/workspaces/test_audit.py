"""The audit record: who saw and did what, from where, with whose data."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dangol.kit import tenancy
from dangol.workspaces.enums import Deed, KeyScope
from dangol.workspaces.models import AuditEntry, Member
from dangol.workspaces.operations import make_api_key
from tests.conftest import MemberClient
from tests.factories import make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]


def newest(member: Member) -> AuditEntry:
    with tenancy.workspace(member.workspace_id):
        return AuditEntry.objects.order_by("-at", "-id")[0]


def test_looking_at_a_person_is_written_down(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, owner=cast.jieun)
    client = client_of(cast.jieun)
    before = timezone.now()
    client.get(reverse("person", args=[person.pk]), REMOTE_ADDR="192.0.2.7")
    entry = newest(cast.jieun)
    assert (entry.deed, entry.verb, entry.member_id) == (Deed.SEE, "person", cast.jieun.pk)
    assert entry.people == [person.pk]
    assert entry.address == "192.0.2.7"
    assert len(entry.session) == 32
    assert entry.session not in str(client.session.session_key)
    assert before <= entry.at <= timezone.now()


def test_a_list_names_everybody_it_showed_and_nobody_else(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        seen = [make_person(cast.jieun, owner=cast.jieun).pk for _ in range(3)]
        make_person(cast.dana, owner=cast.dana)
    client_of(cast.minsu).get(reverse("people"))
    assert newest(cast.minsu).people == sorted(seen)


def test_a_page_without_people_writes_nothing(cast: Cast, client_of: SignIn) -> None:
    client_of(cast.admin).get(reverse("profile"))
    with tenancy.workspace(cast.workspace.pk):
        assert not AuditEntry.objects.exists()


def test_what_a_client_claims_about_its_address_is_not_believed(cast: Cast, client_of: SignIn, settings: Any) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, owner=cast.jieun)
    client, url = client_of(cast.jieun), reverse("person", args=[person.pk])
    client.get(url, headers={"X-Forwarded-For": "203.0.113.9"})
    assert newest(cast.jieun).address == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client.get(url, headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.8"})
    assert newest(cast.jieun).address == "192.0.2.8"


@pytest.mark.shows("16.4.2", "AC-45")
@pytest.mark.parametrize("table", ["workspaces_auditentry", "workspaces_auditseal", "a month"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_nobody_changes_or_deletes_what_is_written(inside: Cast, table: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'workspaces_auditentry'::regclass")
        (month,) = cursor.fetchone()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(statement.format(month if table == "a month" else table))


def test_a_search_names_whom_it_found(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        found = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        make_person(cast.jieun, name="박바다", owner=cast.jieun)
    client_of(cast.jieun).get(reverse("search"), {"q": "김하늘"})
    entry = newest(cast.jieun)
    assert (entry.deed, entry.people) == (Deed.SEARCH, [found.pk])


def test_a_program_is_written_down_with_its_key(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, owner=cast.jieun)
        key, secret = make_api_key(
            by=cast.admin, name="ERP", member=cast.admin, scope=KeyScope.READ, expires_at=None, now=timezone.now()
        )
        assert newest(cast.admin).deed == Deed.GRANT
    MemberClient().get("/api/v1/people", headers={"Authorization": f"Bearer {secret}"})
    entry = newest(cast.admin)
    assert (entry.deed, entry.session, entry.people) == (Deed.SEE, str(key.pk), [person.pk])


def test_a_file_of_people_is_written_down_with_everybody_in_it(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        people = [make_person(cast.jieun, owner=cast.jieun).pk for _ in range(3)]
    answer = client_of(cast.marketer).get(reverse("export", args=["people"]))
    assert "김하늘" in b"".join(answer).decode()
    with tenancy.workspace(cast.workspace.pk):
        told = [(entry.verb, entry.people) for entry in AuditEntry.objects.filter(deed=Deed.EXPORT).order_by("id")]
    assert told == [("export_list", []), ("export_rows", sorted(people))]


@pytest.mark.shows("16.3.2")
def test_a_refusal_is_written_down(cast: Cast, client_of: SignIn) -> None:
    assert client_of(cast.dana).get(reverse("members"), REMOTE_ADDR="192.0.2.9").status_code == 403
    entry = newest(cast.dana)
    assert (entry.deed, entry.verb, entry.member_id) == (Deed.REFUSED, "members", cast.dana.pk)
    assert entry.address == "192.0.2.9"


@pytest.mark.shows("16.3.1")
def test_signing_in_and_out_and_failing_to_are_written_down(cast: Cast) -> None:
    client = MemberClient()
    told = {"login": "jieun@example.com", "password": "wrong horse"}
    client.post(reverse("account_login"), told, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("account_login"), told | {"password": "correct horse battery"}, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("account_logout"), REMOTE_ADDR="192.0.2.7")
    with tenancy.workspace(cast.workspace.pk):
        entries = AuditEntry.objects.filter(member=cast.jieun).order_by("at", "id")
        told_of = [(entry.deed, entry.address) for entry in entries]
    assert told_of == [(deed, "192.0.2.7") for deed in (Deed.REFUSED, Deed.SIGN_IN, Deed.SIGN_OUT)]
    with tenancy.workspace(cast.other_workspace.pk):
        assert not AuditEntry.objects.exists()
