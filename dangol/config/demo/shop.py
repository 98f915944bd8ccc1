"""Invented people for the real purchases: names, addresses and consents follow from the customer's number alone."""

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta

SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"  # noqa: E501 - one table
FIRST = "민서지예하도윤시주은수현준태유채다소가나재성영정혜승우진원경미세연"
SECOND = "준서윤우원호후연아은민빈진영희수경현정훈석환철미주나라솔율결겸"
CITIES = (
    ("서울", "서울특별시 마포구 와우산로"),
    ("서울", "서울특별시 성동구 뚝섬로"),
    ("부산", "부산광역시 수영구 광안로"),
    ("대구", "대구광역시 중구 동성로"),
    ("인천", "인천광역시 연수구 센트럴로"),
    ("광주", "광주광역시 동구 충장로"),
    ("대전", "대전광역시 유성구 대학로"),
    ("제주", "제주특별자치도 제주시 관덕로"),
)
HEADER = ("고객번호", "이름", "이메일", "도시", "주소", "언어", "시간대", "마케팅 동의")
NO_CONSENT_EVERY = 4
NO_ZONE_EVERY = 29
BOUNCES_EVERY = 97
ENGLISH_EVERY = 23
NAMES_APART = 5077
"""A prime: neighbours in the file have different names."""
LANES = 97
HOUSES = 2999
"""A prime, and more than live in any street: multiplied round it, neighbours in the file become none."""


def name_of(customer: int) -> str:
    """Return an invented Korean name that nobody else has."""
    rest, first = divmod(customer * NAMES_APART, len(FIRST))
    rest, surname = divmod(rest, len(SURNAMES))
    return SURNAMES[surname] + FIRST[first] + SECOND[rest % len(SECOND)]


def address_of(customer: int) -> str:
    """Return an invented e-mail address; those that start with `bounce` are refused by the demo's mail server."""
    return f"{'bounce' if customer % BOUNCES_EVERY == 0 else 'guest'}{customer:05}@example.com"


def house_of(customer: int) -> str:
    """Return an invented house beside a street, such as 13길 7, in which nobody else lives."""
    house, lane = divmod(customer // len(CITIES) * 1237 % HOUSES, LANES)
    return f"{lane + 1}길 {house + 1}"


def people_file(customers: Iterable[int]) -> bytes:
    """Return a spreadsheet of people as a Korean office would save it: CSV in CP949."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for customer in customers:
        city, street = CITIES[customer % len(CITIES)]
        writer.writerow(
            (
                f"CD{customer:05}",
                name_of(customer),
                address_of(customer),
                city,
                f"{street}{house_of(customer)}",
                "en" if customer % ENGLISH_EVERY == 0 else "ko",
                "" if customer % NO_ZONE_EVERY == 0 else "Asia/Seoul",
                "N" if customer % NO_CONSENT_EVERY == 0 else "Y",
            )
        )
    return text.getvalue().encode("cp949")


def consent_day(today: date) -> date:
    """Return the day on which everybody agreed: well inside the two years after which it must be confirmed again."""
    return today - timedelta(days=200)
