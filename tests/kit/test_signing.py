"""Signed tokens: small, tied to one purpose, and worthless once touched."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from dangol.kit.signing import SignedIds, open_from_mail, open_ids, sign_for_mail, sign_ids

WORKSPACE = UUID("01900000-0000-7000-8000-000000000001")
OTHER_WORKSPACE = UUID("01900000-0000-7000-8000-0000000000ff")
ROW = UUID("01900000-0000-7000-8000-000000000002")
URL_SAFE = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_token_says_what_was_put_in() -> None:
    token = sign_ids(purpose="open", workspace_id=WORKSPACE, row_id=ROW, extra=b"\x00\x07")
    assert open_ids(token, purpose="open") == SignedIds(WORKSPACE, ROW, b"\x00\x07")


def test_a_token_is_short_and_url_safe() -> None:
    token = sign_ids(purpose="open", workspace_id=WORKSPACE, row_id=ROW)
    assert len(token) == 64
    assert set(token) <= URL_SAFE


@pytest.mark.shows("9.2.2")
def test_a_token_of_one_purpose_opens_nothing_else() -> None:
    token = sign_ids(purpose="open", workspace_id=WORKSPACE, row_id=ROW)
    assert open_ids(token, purpose="opt-out") is None


def test_bound_text_must_come_back_unchanged() -> None:
    token = sign_ids(purpose="click", workspace_id=WORKSPACE, row_id=ROW, bound="https://shop.example.com/")
    assert open_ids(token, purpose="click", bound="https://shop.example.com/") is not None
    assert open_ids(token, purpose="click", bound="https://evil.example.com/") is None
    assert open_ids(token, purpose="click") is None


def test_extra_bytes_cannot_be_moved_into_the_bound_text() -> None:
    token = sign_ids(purpose="click", workspace_id=WORKSPACE, row_id=ROW, extra=b"ab", bound="c")
    other = sign_ids(purpose="click", workspace_id=WORKSPACE, row_id=ROW, extra=b"a", bound="bc")
    assert token[-21:] != other[-21:]


@given(place=st.integers(0, 63), letter=st.sampled_from(sorted(URL_SAFE)))
def test_no_changed_letter_is_accepted(place: int, letter: str) -> None:
    token = sign_ids(purpose="open", workspace_id=WORKSPACE, row_id=ROW)
    changed = token[:place] + letter + token[place + 1 :]
    assert (open_ids(changed, purpose="open") is None) == (changed != token)


@pytest.mark.shows("9.1.1")
@given(st.text(max_size=500))
def test_rubbish_is_no_token(text: str) -> None:
    assert open_ids(text, purpose="open") is None
    assert open_from_mail(text, purpose="mail") is None


def test_another_key_makes_other_tokens(settings: Settings) -> None:
    token = sign_ids(purpose="open", workspace_id=WORKSPACE, row_id=ROW)
    settings.SECRET_KEY = "another-key-another-key-another-key"
    assert open_ids(token, purpose="open") is None


def test_a_retired_key_still_opens_old_tokens(settings: Settings) -> None:
    token = sign_ids(purpose="open", workspace_id=WORKSPACE, row_id=ROW)
    mail_token = sign_for_mail(purpose="mail", workspace_id=WORKSPACE, row_id=ROW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-another-key-another-key"
    assert open_ids(token, purpose="open") == SignedIds(WORKSPACE, ROW)
    assert open_from_mail(mail_token, purpose="mail") is not None


def test_a_mail_token_survives_a_change_of_case_and_fits_a_local_part() -> None:
    token = sign_for_mail(purpose="mail", workspace_id=WORKSPACE, row_id=ROW)
    assert len(f"bounce+{token}") <= 64
    assert token.isalnum()
    assert token == token.lower()
    for spelling in (token, token.upper()):
        found = open_from_mail(spelling, purpose="mail")
        assert found is not None
        assert found.row_id == ROW
        assert str(WORKSPACE).replace("-", "").endswith(found.workspace_tail)


@pytest.mark.shows("9.1.1")
@pytest.mark.parametrize("place", range(50))
def test_no_changed_letter_of_a_mail_token_is_accepted(place: int) -> None:
    token = sign_for_mail(purpose="mail", workspace_id=WORKSPACE, row_id=ROW)
    for other in set("abcdefghijklmnopqrstuvwxyz234567") - {token[place]}:
        assert open_from_mail(token[:place] + other + token[place + 1 :], purpose="mail") is None


def test_tokens_of_two_workspaces_differ() -> None:
    assert sign_for_mail(purpose="mail", workspace_id=WORKSPACE, row_id=ROW) != sign_for_mail(
        purpose="mail", workspace_id=OTHER_WORKSPACE, row_id=ROW
    )
