"""ASVS chapter 16: every try at the door is in the record of the house, with the factor."""

import pytest

from dangol.kit import tenancy
from dangol.workspaces.models import AuditEntry, Member
from tests.people import Cast
from tests.security.asvs.test_v6_authentication import sign_in
from tests.security.asvs.test_v6_second_factor import at_the_second_door, give, recovery_codes, with_app
from tests.security.asvs.test_v7_sessions import signed_in


def record_of(member: Member) -> list[tuple[str, list[str], str]]:
    with tenancy.workspace(member.workspace_id):
        kept = AuditEntry.objects.filter(member=member, verb__startswith="sign_in").order_by("at", "id")
        return [(entry.verb, entry.detail["factors"], entry.detail["address"]) for entry in kept]


@pytest.mark.shows("16.3.1")
def test_right_and_wrong_passwords_are_written_down(cast: Cast) -> None:
    client = signed_in(cast.jieun, REMOTE_ADDR="192.0.2.7")
    client.post("/accounts/logout/")
    assert not sign_in(client, cast.jieun.user.email, "wrong")
    assert record_of(cast.jieun) == [
        ("sign_in", ["password"], "192.0.2.7"),
        ("sign_in_failed", ["password"], "192.0.2.7"),
    ]
    assert record_of(cast.lee) == []


@pytest.mark.shows("16.3.1")
def test_right_and_wrong_codes_are_written_down(cast: Cast) -> None:
    with_app(cast.minsu)
    client = at_the_second_door(cast.minsu)
    assert not give(client, "000000")
    assert give(client, recovery_codes(cast.minsu)[0])
    assert record_of(cast.minsu)[1:] == [
        ("sign_in_failed", ["totp"], "127.0.0.1"),
        ("sign_in", ["password", "recovery_codes"], "127.0.0.1"),
    ]
