"""What we sent, and what came back."""

from dangol.customers.enums import Purpose
from dangol.relations.sentences.base import Sentence, Telling

CHANNELS = {
    "email": ("이메일", "e-mail"),
    "sms": ("문자", "text message"),
    "kakao": ("카카오톡", "Kakao message"),
    "push": ("푸시 알림", "push notification"),
    "phone": ("전화", "phone call"),
}
PURPOSES = {
    Purpose.MARKETING.value: ("광고", "advertising"),
    Purpose.SERVICE.value: ("서비스 안내", "service"),
    Purpose.TRANSACTIONAL.value: ("거래 안내", "transaction"),
}


def channel(telling: Telling, language: str) -> str:
    """Return the channel of the entry as a word."""
    pair = CHANNELS.get(telling.text("channel"), CHANNELS["email"])
    return pair[0] if language == "ko" else pair[1]


def purpose(telling: Telling, language: str) -> str:
    """Return the purpose of the entry as a word."""
    pair = PURPOSES.get(telling.text("purpose"), PURPOSES["marketing"])
    return pair[0] if language == "ko" else pair[1]


class ContactSent(Sentence):
    """We wrote or called. details: channel, purpose, subject"""

    kinds = ("contact_sent",)

    def korean(self, telling: Telling) -> str:
        subject = f" “{telling.text('subject')}”" if telling.text("subject") else ""
        return f"{purpose(telling, 'ko')} {channel(telling, 'ko')} 보냄{subject}."

    def english(self, telling: Telling) -> str:
        subject = f" “{telling.text('subject')}”" if telling.text("subject") else ""
        return f"we sent {_article(purpose(telling, 'en'))} {channel(telling, 'en')}{subject}."


class Answered(Sentence):
    """The person opened, clicked or replied. details: channel, subject, url (of a click)"""

    kinds = ("opened", "clicked", "replied")
    korean_verbs = {"opened": "열어 봄", "clicked": "링크를 누름", "replied": "답장함"}
    english_verbs = {"opened": "opened", "clicked": "followed a link in", "replied": "replied to"}

    def korean(self, telling: Telling) -> str:
        return f"{channel(telling, 'ko')} {_quoted(telling)}{self.korean_verbs[telling.kind]}."

    def english(self, telling: Telling) -> str:
        quoted = _quoted(telling).strip() or "our message"
        return f"{self.english_verbs[telling.kind]} {quoted}."


class OptedOut(Sentence):
    """The person asked to hear no more. details: channel, purpose"""

    kinds = ("opted_out",)

    def korean(self, telling: Telling) -> str:
        return f"{purpose(telling, 'ko')} {channel(telling, 'ko')} 수신을 거부했습니다."

    def english(self, telling: Telling) -> str:
        return f"asked for no more {purpose(telling, 'en')} by {channel(telling, 'en')}."


class Bounced(Sentence):
    """Our message could not be delivered. details: channel, subject"""

    kinds = ("bounced",)

    def korean(self, telling: Telling) -> str:
        return f"{channel(telling, 'ko')} {_quoted(telling)}반송됨."

    def english(self, telling: Telling) -> str:
        return f"our {channel(telling, 'en')} {_quoted(telling)}came back undelivered."


class Complained(Sentence):
    """The person reported our message as unwanted. details: channel, subject"""

    kinds = ("complained",)

    def korean(self, telling: Telling) -> str:
        return f"{channel(telling, 'ko')} {_quoted(telling)}원치 않는 메시지로 신고했습니다."

    def english(self, telling: Telling) -> str:
        return f"reported our {channel(telling, 'en')} {_quoted(telling)}as unwanted."


def _quoted(telling: Telling) -> str:
    return f"“{telling.text('subject')}” " if telling.text("subject") else ""


def _article(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"
