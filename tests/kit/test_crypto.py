import pytest
from django.test import override_settings

from dangol.kit.crypto import SealBroken, seal, unseal


def test_what_was_sealed_can_be_read_again_in_its_context_only() -> None:
    sealed = seal("비밀번호", context="sender/1")
    assert "비밀번호" not in sealed
    assert sealed != seal("비밀번호", context="sender/1")
    assert unseal(sealed, context="sender/1") == "비밀번호"
    with pytest.raises(SealBroken):
        unseal(sealed, context="sender/2")


def test_nothing_stays_nothing() -> None:
    assert seal("", context="x") == unseal("", context="x") == ""


@pytest.mark.parametrize("broken", ["v2:AAAA", "v1:AAAA", "v1:***", "plain", "v1:" + "A" * 80])
def test_what_we_did_not_seal_does_not_open(broken: str) -> None:
    with pytest.raises(SealBroken):
        unseal(broken, context="x")


def test_an_older_key_still_opens_what_it_sealed() -> None:
    with override_settings(SECRET_KEY="the-old-key"):
        sealed = seal("secret", context="x")
    with override_settings(SECRET_KEY="the-new-key", SECRET_KEY_FALLBACKS=["the-old-key"]):
        assert unseal(sealed, context="x") == "secret"
    with override_settings(SECRET_KEY="the-new-key", SECRET_KEY_FALLBACKS=[]), pytest.raises(SealBroken):
        unseal(sealed, context="x")
