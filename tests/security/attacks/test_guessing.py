"""Guessing of passwords, and locking others out by guessing."""

import pytest
from django.test import Client
from django.test.utils import override_settings

from tests.people import Cast
from tests.security.asvs.test_v6_authentication import ADDRESS, PASSWORD, sign_in

JIEUN = "jieun@example.com"


@pytest.mark.shows("6.3.1", "2.4.1")
def test_after_five_wrong_tries_even_the_right_password_waits(cast: Cast, client: Client) -> None:
    assert [sign_in(client, JIEUN, f"guess {number}") for number in range(5)] == [False] * 5
    assert not sign_in(client, JIEUN)
    assert sign_in(client, "minsu@example.com")


@pytest.mark.shows("6.3.1")
def test_a_stranger_cannot_lock_out_a_browser_that_is_known(cast: Cast, client: Client) -> None:
    known = Client()
    assert sign_in(known, JIEUN)
    known.post("/accounts/logout/")
    for number in range(100):
        sign_in(client, JIEUN, f"guess {number}", REMOTE_ADDR=f"192.0.2.{number}")
    assert not sign_in(client, JIEUN, REMOTE_ADDR="198.51.100.7")
    assert sign_in(known, JIEUN)


@pytest.mark.shows("6.3.1")
def test_a_known_browser_is_counted_too(cast: Cast, client: Client) -> None:
    assert sign_in(client, JIEUN)
    client.post("/accounts/logout/")
    for number in range(10):
        sign_in(client, JIEUN, f"guess {number}")
    assert not sign_in(client, JIEUN)


def test_being_known_to_one_account_says_nothing_to_another(cast: Cast, client: Client) -> None:
    assert sign_in(client, JIEUN)
    client.post("/accounts/logout/")
    cookie = next(morsel for name, morsel in client.cookies.items() if name.startswith("known-"))
    for name in list(client.cookies):
        if name.startswith("known-"):
            client.cookies["known-0123456789abcdef"] = cookie.value
    for number in range(5):
        sign_in(client, "minsu@example.com", f"guess {number}")
    assert not sign_in(client, "minsu@example.com")


@pytest.mark.shows("2.4.1")
def test_one_address_cannot_try_one_password_on_everybody(cast: Cast, client: Client) -> None:
    for number in range(30):
        assert not sign_in(client, f"somebody{number}@example.com", "a popular password")
    assert not sign_in(client, JIEUN)
    assert sign_in(client, JIEUN, REMOTE_ADDR="198.51.100.7")


def test_right_passwords_use_nothing_up(cast: Cast) -> None:
    for _time in range(7):
        assert sign_in(Client(), JIEUN)


@pytest.mark.shows("AC-21", "4.1.3")
def test_an_invented_forwarding_header_gives_no_new_tries(cast: Cast, client: Client) -> None:
    for number in range(30):
        sign_in(client, f"somebody{number}@example.com", "guess", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert not sign_in(client, JIEUN, HTTP_X_FORWARDED_FOR="198.51.100.7")


@pytest.mark.shows("AC-21", "4.1.3")
@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_only_what_it_wrote_counts(cast: Cast, client: Client) -> None:
    for number in range(30):
        sign_in(client, f"somebody{number}@example.com", "guess", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.9")
    assert not sign_in(client, JIEUN, HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9")
    assert sign_in(client, JIEUN, HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")


@pytest.mark.shows("AC-24")
def test_a_wrong_password_and_an_unknown_address_are_told_alike(cast: Cast) -> None:
    pages = []
    for email in (JIEUN, "nobody@example.com"):
        page = Client().post(ADDRESS, {"login": email, "password": "not " + PASSWORD})
        pages.append((page.status_code, page.content.decode().replace(email, "").split("<form")[0]))
    assert pages[0] == pages[1]
