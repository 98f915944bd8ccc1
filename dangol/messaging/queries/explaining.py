"""A decision in words: why not, and why did I get this."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dangol.messaging.enums import MessageState, Outcome
from dangol.messaging.models import Message, PolicyDecision
from dangol.messaging.policy import wording_of

LONGEST_SHORT = 60
ALLOWED_STAFF = {
    "ko": "연락 정책의 모든 규칙을 통과했습니다.",
    "en": "Every rule of the contact policy lets it through.",
}
BASIS = {
    "marketing": {
        "ko": "{day}에 광고 수신에 동의하셨기 때문에 보냈습니다.",
        "en": "You agreed to advertising on {day}.",
    },
    "existing_customer": {
        "ko": "{day}에 거래하신 뒤 비슷한 상품의 소식을 보냈습니다.",
        "en": "You bought from us on {day}, and this is about similar goods.",
    },
    "service": {
        "ko": "이용하시는 서비스에 필요한 안내라서 보냈습니다.",
        "en": "It is about a service that you use.",
    },
    "transactional": {
        "ko": "고객님의 거래에 관한 안내라서 보냈습니다.",
        "en": "It belongs to a transaction of yours.",
    },
}
UNKNOWN_REASON = {"ko": "연락 정책에 따라 보내지 않았습니다.", "en": "The contact policy stood against it."}


def explain_for_staff(decision: PolicyDecision, language: str) -> list[str]:
    """Return why a message may, must wait or may not leave: a sentence per reason, in rule order."""
    chosen = _known(language)
    if decision.outcome == Outcome.ALLOW:
        return [ALLOWED_STAFF[chosen]]
    words = (wording_of(code) for code in decision.reasons)
    return [wording.for_staff(chosen) if wording else UNKNOWN_REASON[chosen] for wording in words]


def explain_for_customer(decision: PolicyDecision, language: str) -> list[str]:
    """Return to the customer why they got it, or why not, without anything that staff alone should know."""
    chosen = _known(language)
    if decision.outcome == Outcome.ALLOW:
        return [_why_sent(decision, chosen)]
    words = (wording_of(code) for code in decision.reasons)
    return [wording.for_customer(chosen) if wording else UNKNOWN_REASON[chosen] for wording in words]


def _why_sent(decision: PolicyDecision, language: str) -> str:
    consent = decision.facts.get("consent") or {}
    kind = "existing_customer" if consent.get("basis") == "existing_customer" else decision.purpose
    return BASIS[kind][language].format(day=str(consent.get("at", ""))[:10])


def _known(language: str) -> str:
    return "ko" if language.startswith("ko") else "en"


REASONS_AS_ERROR = {"withdrawn": {"ko": "발송 전에 취소했습니다.", "en": "Taken back before it left."}}


@dataclass(frozen=True)
class Why:
    """One reason: in a few words for a row, and as the sentence that is told once."""

    short: str
    sentence: str


def why_it_is_there(message: Message, language: str) -> list[Why]:
    """Return why a message is where it is: the policy's reasons, or what the server or a person said."""
    chosen = _known(language)
    if message.error in REASONS_AS_ERROR:
        told = REASONS_AS_ERROR[message.error][chosen]
        return [Why(told, told)]
    if message.state in {MessageState.HELD, MessageState.REFUSED}:
        return [_why(code, chosen) for code in message.decision.reasons]
    return [Why(_cut(message.error), message.error)] if message.error else []


def _why(code: str, language: str) -> Why:
    wording = wording_of(code)
    return (
        Why(wording.in_short(language), wording.for_staff(language)) if wording else Why(code, UNKNOWN_REASON[language])
    )


def sentences_of(reasons: Iterable[Sequence[Why]]) -> list[Why]:
    """Return each reason whose sentence says more than its row, once, in the order of the rows."""
    return list(dict.fromkeys(why for row in reasons for why in row if why.short != why.sentence))


def _cut(said: str) -> str:
    return said if len(said) <= LONGEST_SHORT else f"{said[: LONGEST_SHORT - 1].rstrip()}…"
