"""Which passwords are refused: those that a guesser tries first. Length is asked for, odd signs and changes are not."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from dangol.workspaces.models import User

HARD_ENOUGH = 3
"""zxcvbn's score from 0 to 4: at least 10⁸ guesses."""
LOOKED_AT = 72
KOREAN_ON_LATIN_KEYS = (
    "dkssud", "dkssudgktpdy", "tkfkd", "tkfkdgo", "tkfkdgody", "qlalfqjsgh", "eogksalsrnr", "gksrnr", "cjstk",
    "rkskek", "rkskekfk", "wkdrns", "eksrhf", "dngkgk", "zzang", "tjdnf", "rlaclqhRdmaqkq",
)  # fmt: skip
"""The Korean words that leaked passwords hold most often, as they are typed without switching the keyboard."""


class HardToGuess:
    """
    Refuse passwords out of leaked lists, keyboard rows, dates, repetitions and the user's own name and address.

    The lists come with the zxcvbn package: nothing is asked over the network.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """
        Estimate how many guesses it takes.

        :raises ValidationError: if too few
        """
        known = ("dangol", *KOREAN_ON_LATIN_KEYS, *((user.email, *user.email.split("@"), user.name) if user else ()))
        if zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"] < HARD_ENOUGH:
            raise ValidationError(self.get_help_text(), code="easy_to_guess")

    def get_help_text(self) -> str:
        """Return what to do instead."""
        return _("This password is easy to guess. Take four words that do not belong together.")
