"""All rules in their order, and how their verdicts become one answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dangol.messaging.contracts import ContactFacts, PolicyRule, Wording
from dangol.messaging.enums import Outcome
from dangol.messaging.policy.attention import AttentionRoom
from dangol.messaging.policy.consent import ConsentForPurpose
from dangol.messaging.policy.expiry import OutOfDate
from dangol.messaging.policy.frequency import FrequencyCap
from dangol.messaging.policy.gone import Gone
from dangol.messaging.policy.holdout import LeftAlone
from dangol.messaging.policy.hurt import OpenHurt
from dangol.messaging.policy.legal_form import LegalForm
from dangol.messaging.policy.legal_night import LegalNight
from dangol.messaging.policy.quiet_hours import QuietHours
from dangol.messaging.policy.restriction import ProcessingStopped
from dangol.messaging.policy.suppression import Suppressed

CHAIN: tuple[PolicyRule, ...] = (
    Gone(),
    ProcessingStopped(),
    Suppressed(),
    ConsentForPurpose(),
    LegalForm(),
    LegalNight(),
    QuietHours(),
    OpenHurt(),
    FrequencyCap(),
    AttentionRoom(),
    LeftAlone(),
    OutOfDate(),
)

_WORDINGS: Mapping[str, Wording] = {code: wording for rule in CHAIN for code, wording in rule.wording.items()}
HOLDING = frozenset(code for rule in CHAIN for code in rule.holds)
"""Codes that only make a contact wait."""
_SEVERITY = {Outcome.ALLOW: 0, Outcome.HOLD: 1, Outcome.REFUSE: 2}


@dataclass(frozen=True)
class Answer:
    """The policy's answer for one contact. `hold_until` is set for `hold` only."""

    outcome: Outcome
    hold_until: datetime | None
    reasons: tuple[str, ...]


def ask(facts: ContactFacts) -> Answer:
    """
    Ask every rule. The worst verdict counts, the latest hold counts, and all reasons are kept in rule order.

    Of somebody who is gone nothing else is asked: nothing else is known.
    """
    rules = CHAIN[:1] if facts.gone else CHAIN
    verdicts = [verdict for rule in rules if (verdict := rule.judge(facts)) is not None]
    outcome = max((verdict.outcome for verdict in verdicts), key=_SEVERITY.__getitem__, default=Outcome.ALLOW)
    holds = [verdict.hold_until for verdict in verdicts if verdict.hold_until is not None]
    until = max(holds) if outcome == Outcome.HOLD and holds else None
    return Answer(outcome, until, tuple(verdict.code for verdict in verdicts))


def wording_of(code: str) -> Wording | None:
    """Return the words for a reason code."""
    return _WORDINGS.get(code)
