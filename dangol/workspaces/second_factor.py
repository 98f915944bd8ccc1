"""What is asked besides the password: codes of an app, passkeys, recovery codes (kept by django-allauth)."""

import io
from typing import Any

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from dangol.kit.crypto import seal, unseal
from dangol.kit.user_agents import device_of
from dangol.workspaces.models import Member
from dangol.workspaces.queries import has_second_factor, sign_in_rules_of

CONTEXT = "second factor"


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """
    Secrets are sealed in the database, those of recovery codes too: they are shown once and never again.

    A code opens once: all web processes remember it together, and a recovery code is struck out under a lock.
    """

    def encrypt(self, text: str) -> str:
        return seal(text, context=CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, context=CONTEXT)

    def build_totp_svg(self, url: str) -> str:
        drawn = io.BytesIO()
        segno.make_qr(url).save(drawn, kind="svg", scale=5, border=2, dark="#000", light="#fff")
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002 - allauth's name
        """Call a passkey by the browser in which it is made; the owner may change it."""
        request: HttpRequest = context.request
        return device_of(request.headers.get("User-Agent", ""))


def lacks_second_factor(member: Member) -> bool:
    """Whether the workspace asks this role, or the one lent, for a second factor, and the member has none."""
    rules = sign_in_rules_of(member.workspace)
    return bool(member.roles_held & set(rules.second_factor_roles)) and not has_second_factor(member.user)
