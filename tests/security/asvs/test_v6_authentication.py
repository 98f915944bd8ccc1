"""ASVS chapter 6: passwords and what is asked besides."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from dangol.workspaces.models import Member, User
from tests.people import Cast

ClientOf = Callable[[Member], Client]
PASSWORD = "correct horse battery"
ADDRESS = "/accounts/login/"
ARGON = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher",
                              "django.contrib.auth.hashers.PBKDF2PasswordHasher"]}  # fmt: skip


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> bool:
    """Whether the front door opened."""
    return client.post(ADDRESS, {"login": email, "password": password}, **extra).status_code == 302


def change(client: Client, new: str, old: str = PASSWORD) -> int:
    values = {"old_password": old, "new_password1": new, "new_password2": new}
    return int(client.post("/profile/password/", values).status_code)


@pytest.mark.shows("11.4.2")
@override_settings(**ARGON)
def test_passwords_are_kept_as_argon2id(cast: Cast) -> None:
    user = User.objects.create_user("new@example.com", PASSWORD, name="New")
    _name, kind, version, costs, _salt, _digest = user.password.split("$")
    parameters = dict(part.split("=") for part in costs.split(","))
    assert (kind, version) == ("argon2id", "v=19")
    assert int(parameters["m"]) >= 47_104
    assert int(parameters["t"]) >= 1


@pytest.mark.shows("11.4.2")
@override_settings(**ARGON)
def test_an_older_hash_is_renewed_at_sign_in(cast: Cast, client: Client) -> None:
    with override_settings(PASSWORD_HASHERS=ARGON["PASSWORD_HASHERS"][1:]):
        user = User.objects.create_user("old@example.com", PASSWORD, name="Old")
    assert user.password.startswith("pbkdf2_sha256$")
    assert sign_in(client, user.email)
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(PASSWORD)


@pytest.mark.shows("6.2.1", "6.2.4", "6.2.12")
@pytest.mark.parametrize(
    "easy",
    [
        "1234567",
        "password1",
        "Password1234!",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "iloveyou2024",
        "aaaaaaaaaaaaa",
        "dkssudgktpdy1",
        "jieun19900101",
        "jieun@example.com",
    ],
)
def test_what_guessers_try_first_is_refused(cast: Cast, client_of: ClientOf, easy: str) -> None:
    assert change(client_of(cast.jieun), easy) == 422
    cast.jieun.user.refresh_from_db()
    assert cast.jieun.user.check_password(PASSWORD)


@pytest.mark.shows("6.2.5", "6.2.9")
@pytest.mark.parametrize(
    "good", ["가나다라마바사아자차카타", "four words without signs", "ㅁ" + "긴 문장도 됩니다 " * 12]
)
def test_any_long_password_is_taken(cast: Cast, client_of: ClientOf, good: str) -> None:
    good = good.strip()
    assert change(client_of(cast.jieun), good) == 302
    cast.jieun.user.refresh_from_db()
    assert cast.jieun.user.check_password(good)


@pytest.mark.shows("6.2.3")
def test_a_change_needs_the_password_in_use(cast: Cast, client_of: ClientOf) -> None:
    assert change(client_of(cast.jieun), "four words without signs", old="not the password") == 422
    cast.jieun.user.refresh_from_db()
    assert cast.jieun.user.check_password(PASSWORD)


@pytest.mark.shows("6.2.8")
@override_settings(**ARGON)
def test_every_character_counts(cast: Cast, client: Client) -> None:
    long = "a sentence of eighty characters " * 3
    user = User.objects.create_user("long@example.com", long[:79] + "x", name="Long")
    assert not sign_in(client, user.email, long[:79] + "y")
    assert not sign_in(client, user.email, long[:79] + "X")
    assert sign_in(client, user.email, long[:79] + "x")


@pytest.mark.shows("6.3.2")
def test_a_fresh_house_has_no_account(db: None) -> None:
    assert not User.objects.exists()


@pytest.mark.shows("6.2.10")
def test_a_password_stays_good_for_years(cast: Cast) -> None:
    """Nothing asks for another one because time has passed, and nothing keeps when it was chosen."""
    years_ago = timezone.now() - timedelta(days=3650)
    User.objects.filter(pk=cast.jieun.user_id).update(last_login=years_ago, created_at=years_ago)
    client = Client()

    assert sign_in(client, cast.jieun.user.email)
    assert client.get("/").status_code == 200
    kept = [field.name for field in User._meta.get_fields() if "password" in field.name]
    assert kept == ["password"]
