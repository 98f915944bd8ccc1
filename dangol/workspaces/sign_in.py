"""How people get in: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Nobody can make an account of their own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
