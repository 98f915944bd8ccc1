"""The page where administrators make and revoke keys."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models import ApiKey, AuditEntry
from dangol.workspaces.operations import make_api_key, note_key_use, revoke_api_key
from dangol.workspaces.queries import key_digest, key_of_secret
from tests.api.conftest import Program
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_sources import ClientOf

PAGE = "/settings/api-keys/"


def told(cast: Cast, **changed: str) -> dict[str, str]:
    return {"name": "ERP", "member_id": str(cast.jieun.pk), "scope": "read", "days": "30"} | changed


def test_a_secret_is_shown_once_and_kept_as_a_digest(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    answer = client.post(PAGE, told(cast))
    (secret,) = set(re.findall(r"dangol_[\w-]{43}", answer.content.decode()))
    with tenancy.workspace(cast.workspace.pk):
        key = ApiKey.objects.get()
        acts = list(AuditEntry.objects.filter(verb="make_api_key").values_list("member_id", flat=True))
    assert (key.name, key.member_id, key.scope, key.key_digest) == ("ERP", cast.jieun.pk, "read", key_digest(secret))
    assert key.key_hint == secret[:11]
    assert key.expires_at is not None
    assert timedelta(days=29) < key.expires_at - timezone.now() <= timedelta(days=30)
    assert acts == [cast.admin.pk]
    assert answer["Cache-Control"] == "no-store"
    listed = client.get(PAGE).content.decode()
    assert key.key_hint in listed
    assert secret not in listed


@pytest.mark.parametrize("changed", [{"name": " "}, {"member_id": "no"}, {"scope": "all"}, {"days": "7"}])
def test_a_key_needs_a_name_a_member_a_scope_and_an_end(
    cast: Cast, client_of: ClientOf, changed: dict[str, str]
) -> None:
    assert client_of(cast.admin).post(PAGE, told(cast, **changed)).status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        assert not ApiKey.objects.exists()


def test_a_key_acts_for_nobody_of_another_workspace(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.admin).post(PAGE, told(cast, member_id=str(cast.lee.pk))).status_code == 422


def test_only_administrators_see_make_and_revoke_keys(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        key, _secret = make_api_key(
            by=cast.admin, name="ERP", member=cast.jieun, scope=KeyScope.READ, expires_at=None, now=NOW
        )
    for member in (cast.jieun, cast.minsu, cast.dana, cast.marketer):
        assert client_of(member).get(PAGE).status_code == 403
        assert client_of(member).post(f"{PAGE}{key.pk}/revoke/").status_code == 403
    assert client_of(cast.lee).post(f"{PAGE}{key.pk}/revoke/").status_code == 404
    assert key.key_hint not in client_of(cast.lee).get(PAGE).content.decode()
    client = client_of(cast.admin)
    assert client.get(f"{PAGE}{key.pk}/revoke/").status_code == 405
    assert client.post(f"{PAGE}{key.pk}/revoke/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert ApiKey.objects.get().revoked_at is not None


def test_the_page_teaches_while_there_is_no_key(cast: Cast, client_of: ClientOf) -> None:
    assert "No program comes in yet" in client_of(cast.lee).get(PAGE).content.decode()


@pytest.mark.parametrize("keys", [1, 3])
def test_the_page_costs_the_same_with_many_keys(cast: Cast, client_of: ClientOf, keys: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for number in range(keys):
            make_api_key(
                by=cast.admin, name=str(number), member=cast.jieun, scope=KeyScope.READ, expires_at=None, now=NOW
            )
    client = client_of(cast.admin)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == 13


def test_a_secret_leads_to_its_key_and_to_no_other(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        key, secret = make_api_key(
            by=cast.admin, name="ERP", member=cast.jieun, scope=KeyScope.READ, expires_at=None, now=NOW
        )
        make_api_key(by=cast.admin, name="Shop", member=cast.minsu, scope=KeyScope.READ, expires_at=None, now=NOW)
    tenancy.leave_workspace()
    assert key_of_secret(secret) == key
    assert list(ApiKey.objects.all()) == [key]
    assert key_of_secret(f"{secret}x") is None
    assert list(ApiKey.objects.all()) == []


def test_the_use_of_a_key_is_noted_once_an_hour(inside: Cast) -> None:
    key, _secret = make_api_key(
        by=inside.admin, name="ERP", member=inside.jieun, scope=KeyScope.READ, expires_at=None, now=NOW
    )
    noted = []
    for minutes in (0, 59, 60):
        note_key_use(key=key, now=NOW + timedelta(minutes=minutes))
        key.refresh_from_db()
        noted.append(key.last_used_at)
    assert noted == [NOW, NOW, NOW + timedelta(hours=1)]


def test_wrong_expired_and_revoked_keys_open_nothing(cast: Cast) -> None:
    now = timezone.now()
    with tenancy.workspace(cast.workspace.pk):
        given = {"by": cast.admin, "name": "ERP", "member": cast.jieun, "scope": KeyScope.WRITE, "now": now}
        _old, expired = make_api_key(**given, expires_at=now)  # type: ignore[arg-type] # as above
        gone, revoked = make_api_key(**given, expires_at=None)  # type: ignore[arg-type] # as above
        _live, live = make_api_key(**given, expires_at=now + timedelta(minutes=5))  # type: ignore[arg-type] # as above
        revoke_api_key(by=cast.admin, key=gone, now=now)
    for secret in ("", "dangol_no", expired, revoked, f"{live} x", "a\x00b"):
        answer = Program(secret).get("people")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert Program(live).get("people").status_code == 200


def test_a_key_dies_with_the_account_of_its_member(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        _key, secret = make_api_key(
            by=cast.admin, name="ERP", member=cast.jieun, scope=KeyScope.READ, expires_at=None, now=timezone.now()
        )
    cast.jieun.user.is_active = False
    cast.jieun.user.save()
    assert Program(secret).get("people").status_code == 401
