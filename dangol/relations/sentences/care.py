"""Promises, hurts and feelings."""

from dangol.relations.sentences.base import Sentence, Telling
from dangol.relations.sentences.wording import sentence_of

FEELINGS = {
    -2: ("매우 언짢음", "very upset"),
    -1: ("언짢음", "upset"),
    0: ("덤덤함", "indifferent"),
    1: ("좋음", "pleased"),
    2: ("매우 좋음", "delighted"),
}
SOURCES = {
    "declared": ("고객이 직접 말함", "said so"),
    "observed": ("직원이 알아챔", "noticed by staff"),
    "inferred": ("행동에서 미루어 봄", "inferred"),
}


class PromiseMade(Sentence):
    """Somebody of ours promised something. details: sentence, due_at, by"""

    kinds = ("promise_made",)

    def korean(self, telling: Telling) -> str:
        due = telling.moment("due_at")
        until = f" {telling.day('ko', due)}까지." if due else ""
        return f"약속: “{telling.text('sentence')}”{until}"

    def english(self, telling: Telling) -> str:
        due = telling.moment("due_at")
        until = f", by {telling.day('en', due)}" if due else ""
        return f"we promised “{telling.text('sentence')}”{until}."


class PromiseEnded(Sentence):
    """How a promise ended. details: sentence, note"""

    kinds = ("promise_kept", "promise_late", "promise_renegotiated", "promise_withdrawn")
    korean_endings = {
        "promise_kept": "약속을 지켰습니다",
        "promise_late": "약속을 늦게 지켰습니다",
        "promise_renegotiated": "약속을 다시 정했습니다",
        "promise_withdrawn": "약속을 거두었습니다",
    }
    english_endings = {
        "promise_kept": "we kept our promise",
        "promise_late": "we kept our promise late",
        "promise_renegotiated": "we agreed on a new promise instead of",
        "promise_withdrawn": "we withdrew our promise",
    }

    def korean(self, telling: Telling) -> str:
        return f"{self.korean_endings[telling.kind]}: “{telling.text('sentence')}”.{_note(telling)}"

    def english(self, telling: Telling) -> str:
        return f"{self.english_endings[telling.kind]} “{telling.text('sentence')}”.{_note(telling)}"


class HurtOpened(Sentence):
    """Something went wrong for the person. details: reason"""

    kinds = ("hurt_opened",)

    def korean(self, telling: Telling) -> str:
        return f"마음이 상했습니다: “{telling.text('reason')}”."

    def english(self, telling: Telling) -> str:
        return f"something went wrong: “{telling.text('reason')}”."


class HurtResolved(Sentence):
    """It was made good. details: reason, note"""

    kinds = ("hurt_resolved",)

    def korean(self, telling: Telling) -> str:
        return f"상한 마음을 풀었습니다: “{telling.text('reason')}”.{_note(telling)}"

    def english(self, telling: Telling) -> str:
        return f"we made it good: “{telling.text('reason')}”.{_note(telling)}"


class FeelingNoted(Sentence):
    """What the person felt. details: valence, source, touchpoint, evidence"""

    kinds = ("feeling",)

    def korean(self, telling: Telling) -> str:
        return self._told(telling, 0)

    def english(self, telling: Telling) -> str:
        return self._told(telling, 1)

    def _told(self, telling: Telling, language: int) -> str:
        feeling = FEELINGS[telling.number("valence")][language]
        source = SOURCES[telling.text("source") or "observed"][language]
        evidence = f" “{telling.text('evidence')}”" if telling.text("evidence") else ""
        return f"{telling.text('touchpoint')}: {feeling} ({source}).{evidence}"


def _note(telling: Telling) -> str:
    return f" {sentence_of(telling.text('note'))}" if telling.text("note") else ""
