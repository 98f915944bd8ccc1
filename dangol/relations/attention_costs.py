"""The published prices of attention, in points. `docs/attention.md` explains them."""

from dangol.relations.enums import ChargeKind

CHANNEL_POINTS = {"email": 1.0, "push": 1.5, "kakao": 2.0, "sms": 2.0, "phone": 4.0}
WELCOME_SHARE = {"clicked": 0.5, "purchase": 0.75, "replied": 1.0}
UNWELCOME_POINTS = {"too_much": 3.0, "opted_out": 4.0, "complained": 6.0}

IGNORED_EXTRA = 0.25
"""What each ignored contact adds to the price of the next, as a share of it."""
IGNORED_AT_MOST = 4
"""How many ignored contacts count."""
IGNORED_AFTER_HOURS = 72
"""A contact counts as ignored when nothing welcome came for so long."""


def points_of(kind: ChargeKind | str, channel: str, reason: str) -> float:
    """Return a contact's price, a welcome answer's refund (negative), or what an unwelcome answer costs extra."""
    base = CHANNEL_POINTS.get(channel, CHANNEL_POINTS["email"])
    if kind == ChargeKind.WELCOME:
        return -base * WELCOME_SHARE.get(reason, 0.5)
    if kind == ChargeKind.UNWELCOME:
        return UNWELCOME_POINTS.get(reason, 3.0)
    return base
