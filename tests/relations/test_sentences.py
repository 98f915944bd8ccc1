"""Every kind of entry is told in Korean and in English."""

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dangol.relations.sentences import Telling, kinds, tell

DETAILS: dict[str, Any] = {
    "nth": 2,
    "number": "A-7",
    "amount": "12000.00",
    "currency": "KRW",
    "gift": False,
    "silent_days": 100,
    "gap_days": 20,
    "channel": "email",
    "purpose": "marketing",
    "subject": "가을 소식",
    "sentence": "내일 전화",
    "due_at": "2026-03-03T00:00:00+00:00",
    "reason": "늦은 배송",
    "note": "사과했다",
    "valence": 1,
    "source": "declared",
    "touchpoint": "매장",
    "night": True,
}


def told(kind: str, language: str, **details: Any) -> str:
    telling = Telling(
        kind=kind,
        at=datetime(2026, 3, 1, 16, tzinfo=UTC),
        details=DETAILS | details,
        zone=ZoneInfo("Asia/Seoul"),
        today=date(2026, 11, 22),
    )
    return tell(telling, language)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_is_told_in_both_languages(kind: str) -> None:
    korean, english = told(kind, "ko"), told(kind, "en")
    assert korean.startswith("3월 2일, ")
    assert english.startswith("2 March: ")
    assert re.search("[가-힣]", re.sub("“.*?”", "", korean.removeprefix("3월 2일, ")))
    assert korean.endswith((".", "”"))
    assert english.endswith(".")
    assert "  " not in korean + english


@pytest.mark.parametrize(
    ("kind", "korean", "english"),
    [
        (
            "contact_sent",
            "3월 2일, 광고 이메일 보냄 “가을 소식”.",
            "2 March: we sent an advertising e-mail “가을 소식”.",
        ),
        ("clicked", "3월 2일, 이메일 “가을 소식” 링크를 누름.", "2 March: followed a link in “가을 소식”."),
        ("opted_out", "3월 2일, 광고 이메일 수신을 거부했습니다.", "2 March: asked for no more advertising by e-mail."),
        (
            "consent_given",
            "3월 2일, 이메일 광고 수신에 동의했습니다. 야간에도 좋다고 했습니다.",
            "2 March: agreed to advertising by e-mail, at night too.",
        ),
        ("feeling", "3월 2일, 매장: 좋음 (고객이 직접 말함).", "2 March: 매장: pleased (said so)."),
    ],
)
def test_sentences_as_they_read(kind: str, korean: str, english: str) -> None:
    assert (told(kind, "ko"), told(kind, "en")) == (korean, english)


def test_the_year_is_told_when_it_is_not_this_one() -> None:
    telling = Telling(
        kind="first_seen",
        at=datetime(2024, 12, 31, 16, tzinfo=UTC),
        details={},
        zone=ZoneInfo("Asia/Seoul"),
        today=date(2026, 11, 22),
    )
    assert tell(telling, "ko") == "2025년 1월 1일, 처음 만났습니다."
    assert tell(telling, "en") == "1 January 2025: we met for the first time."
