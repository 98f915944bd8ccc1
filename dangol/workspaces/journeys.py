"""What a browser is on its way to a provider for. Kept in its session, and used once."""

import time
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from dangol.kit.identity_providers import Question

KEY = "journeys"
LONGEST = 600
"""For how many seconds one may stay away."""
MOST = 5


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    ACCEPT = "accept"
    PROVE = "prove"
    LINK = "link"


@dataclass(frozen=True)
class Journey:
    """
    One way to a provider and back.

    :ivar user: who was signed in when it began
    :ivar following: the page to go on with
    :ivar invitation: the token that the account shall be linked by
    """

    provider: str
    purpose: Purpose
    user: str = ""
    following: str = ""
    invitation: str = ""
    question: Question = field(default_factory=Question)
    began_at: float = field(default_factory=time.time)


def begin(session: MutableMapping[str, Any], journey: Journey) -> None:
    """Remember the journey; of many that were begun in one browser the last few."""
    open_ones = {**session.get(KEY, {}), journey.question.state: asdict(journey)}
    session[KEY] = dict(list(open_ones.items())[-MOST:])


def end(session: MutableMapping[str, Any], *, state: str, provider_id: UUID) -> Journey | None:
    """Return the journey that ends with this state at this provider, once; None if there is none."""
    open_ones = dict(session.get(KEY, {}))
    kept = open_ones.pop(state, None)
    session[KEY] = open_ones
    if kept is None or kept["provider"] != str(provider_id) or time.time() - kept["began_at"] > LONGEST:
        return None
    return Journey(**{**kept, "question": Question(**kept["question"]), "purpose": Purpose(kept["purpose"])})
