"""What a person agreed to, and took back."""

from dangol.relations.sentences.base import Sentence, Telling
from dangol.relations.sentences.contacts import channel, purpose


class ConsentChanged(Sentence):
    """A line of the consent ledger. details: purpose, channel, night"""

    kinds = ("consent_given", "consent_withdrawn")

    def korean(self, telling: Telling) -> str:
        terms = f"{channel(telling, 'ko')} {purpose(telling, 'ko')} 수신"
        if telling.kind == "consent_withdrawn":
            return f"{terms} 동의를 철회했습니다."
        night = " 야간에도 좋다고 했습니다." if telling.details.get("night") else ""
        return f"{terms}에 동의했습니다.{night}"

    def english(self, telling: Telling) -> str:
        terms = f"{purpose(telling, 'en')} by {channel(telling, 'en')}"
        if telling.kind == "consent_withdrawn":
            return f"took back the consent to {terms}."
        return f"agreed to {terms}{', at night too' if telling.details.get('night') else ''}."
