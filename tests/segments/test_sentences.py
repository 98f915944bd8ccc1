"""Definitions in natural Korean and English."""

from typing import Any

import pytest

from dangol.segments import operations, queries
from tests.factories import NOW
from tests.people import Cast
from tests.segments.rows import attribute, event, group, sequence

SEOUL = attribute("city", "is", value="서울")
BUSAN = attribute("city", "is", value="부산")
ORDERED = event("Order Completed", count=2, days=90)
TOTAL = {"kind": "order_total", "operator": "at_least", "value": 100000, "currency": "KRW", "days": 30}
GIVEN = {"kind": "consent", "purpose": "marketing", "channel": "email", "standing": "given"}

SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    (
        group("all", ORDERED, SEOUL),
        "최근 90일 동안 '주문 완료'를 2번 이상 했고, 도시가 서울인 고객",
        "People who did “Order Completed” at least 2 times in the last 90 days and whose city is 서울",
    ),
    (
        group("all", SEOUL, ORDERED),
        "도시가 서울이고, 최근 90일 동안 '주문 완료'를 2번 이상 한 고객",
        "People whose city is 서울 and who did “Order Completed” at least 2 times in the last 90 days",
    ),
    (
        group("any", SEOUL, BUSAN),
        "도시가 서울이거나 도시가 부산인 고객",
        "People whose city is 서울 or whose city is 부산",
    ),
    (
        group("all", group("any", SEOUL, BUSAN), event("강의 수강", "exactly", 0)),
        "(도시가 서울이거나 도시가 부산인 고객)이고, '강의 수강'을 한 번도 하지 않은 고객",
        "People (whose city is 서울 or whose city is 부산) and who never did “강의 수강”",
    ),
    (
        group("all", SEOUL, group("not", ORDERED, GIVEN)),
        "도시가 서울이고, 최근 90일 동안 '주문 완료'를 2번 이상 했거나 이메일 마케팅 수신에 동의한 고객이 아닌 고객",
        (
            "People whose city is 서울 and who are not among people who did “Order Completed” at least 2 times "
            "in the last 90 days or who agreed to marketing by e-mail"
        ),
    ),
    (
        TOTAL,
        "최근 30일 동안 주문 금액 합계가 100,000원 이상인 고객",
        "People whose orders in the last 30 days add up to at least ₩100,000",
    ),
    (
        {"kind": "order_count", "operator": "at_most", "count": 1, "since": "2026-01-01", "until": "2026-03-31"},
        "2026년 1월 1일부터 2026년 3월 31일까지 최대 1번 주문한 고객",
        "People who ordered at most once from Jan. 1, 2026 to March 31, 2026",
    ),
    (
        event("Visited", where=[{"property": "지점", "value": "강남"}]),
        "(지점이 강남인) 'Visited'를 1번 이상 한 고객",
        "People who did “Visited” (whose 지점 is 강남) at least once",
    ),
    (
        sequence("Product Added", "then", "Order Completed", within=2, unit="hours", days=7),
        "최근 7일 동안 '장바구니 담기'를 한 뒤 2시간 안에 '주문 완료'를 한 고객",
        "People who did “Product Added” in the last 7 days and then “Order Completed” within 2 hours",
    ),
    (
        group("all", sequence("Product Added", "but_not", "Order Completed"), SEOUL),
        "'장바구니 담기'를 한 뒤 '주문 완료'를 하지 않았고, 도시가 서울인 고객",
        "People who did “Product Added” but then not “Order Completed” and whose city is 서울",
    ),
    ({"kind": "everyone"}, "모든 고객", "Everyone"),
    (group("all", {"kind": "everyone"}), "모든 고객", "Everyone"),
    (
        group("not", {"kind": "everyone"}),
        "등록된 고객인 고객이 아닌 고객",
        "People who are not among people who are known",
    ),
    (attribute("language", "is", value="ja"), "언어가 일본어인 고객", "People whose language is Japanese"),
    (attribute("country", "is", value="KR"), "국가가 대한민국인 고객", "People whose country is South Korea"),
    (
        attribute("city", "is_not", value="서울"),
        "도시가 서울이 아닌(정보가 없는 고객 포함) 고객",
        "People whose city is not 서울 (or not known)",
    ),
    (
        attribute("last_seen_at", "more_than_days_ago", days=30),
        "마지막 방문일이 30일 넘게 지난 고객",
        "People whose last visit is more than 30 days ago",
    ),
    (
        attribute("last_seen_at", "in_last_days", days=1),
        "마지막 방문일이 최근 1일 이내인 고객",
        "People whose last visit is in the last 1 day",
    ),
    (
        attribute("name", "starts_with", value="김"),
        "이름이 '김'으로 시작하는 고객",
        "People whose name starts with “김”",
    ),
    (
        attribute("fields.등급", "contains", value="VIP"),
        "등급에 'VIP'가 들어 있는 고객",
        "People whose 등급 contains “VIP”",
    ),
    (attribute("fields.점수", "more_than", value=3.5), "점수가 3.5보다 큰 고객", "People whose 점수 is more than 3.5"),
    (
        attribute("born_on", "before", value="1990-05-01"),
        "생년월일이 1990년 5월 1일 전인 고객",
        "People whose date of birth is before May 1, 1990",
    ),
    (attribute("phone", "is_empty"), "전화번호 정보가 없는 고객", "People whose phone is not known"),
    (
        {"kind": "alive", "operator": "at_least", "value": 70},
        "여전히 단골일 확률이 70% 이상인 고객",
        "People whose chance of still being a regular is at least 70 %",
    ),
    (
        {"kind": "random", "draw": "봄", "from": 0, "to": 10},
        "무작위 추첨 '봄'의 0~10% 구간에 속한 고객",
        "People who fall between 0 and 10 % of draw “봄”",
    ),
]


@pytest.mark.parametrize(("definition", "korean", "english"), SENTENCES)
def test_sentence(inside: Cast, definition: dict[str, Any], korean: str, english: str) -> None:
    assert queries.describe(definition, "en") == english
    assert queries.describe(definition, "ko") == korean


def test_names_of_members_and_segments(inside: Cast) -> None:
    inner = operations.create_segment(by=inside.marketer, name="단골", definition=SEOUL, now=NOW)
    definition = group(
        "all", {"kind": "segment", "segment": str(inner.pk)}, attribute("owner", "is", value=str(inside.jieun.pk))
    )
    assert queries.describe(definition, "ko") == "'단골' 세그먼트에 속하고, 담당자가 지은인 고객"
    assert queries.describe(definition, "en") == "People who are in “단골” and whose owner is 지은"


def test_names_of_other_workspaces_stay_there(inside: Cast) -> None:
    definition = attribute("owner", "is", value=str(inside.lee.pk))
    assert queries.describe(definition, "en") == "People whose owner is (deleted)"


def test_what_people_typed_is_never_taken_for_grammar(inside: Cast) -> None:
    definition = group("all", attribute("city", "is", value="⟨이다⟩⟨을/를⟩ %(x)s %"), SEOUL)
    assert queries.describe(definition, "ko") == "도시가 ‹이다›‹을/를› %(x)s %이고, 도시가 서울인 고객"
