"""What a column of a file may mean, how its header gives it away, and how its cells are read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import ProblemCode
from dangol.customers.models import Person
from dangol.customers.operations.phone import normalised_phone

IGNORED = ""
CUSTOM = "field:"
CUSTOM_LENGTH = 2000
SEOUL = ZoneInfo("Asia/Seoul")
EMAIL = re.compile(r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
DATE = re.compile(r"(\d{4})\s*[-./년]?\s*(\d{1,2})\s*[-./월]?\s*(\d{1,2})\s*[일.]?(?:[ T].*)?")
YES_WORDS = "y yes true t 1 o ○ v ✓ agree agreed optin opt-in given 동의 동의함 수신동의 수신 예 네 허용"
NO_WORDS = "n no false f 0 x × disagree optout opt-out withdrawn 거부 미동의 동의안함 수신거부 아니오 아니요 비동의"
YES = frozenset(YES_WORDS.split())
NO = frozenset(NO_WORDS.split())
BLANK = frozenset(("", "-"))
COUNTRIES = {"대한민국": "KR", "한국": "KR", "korea": "KR", "south korea": "KR", "republic of korea": "KR"}
COUNTRIES |= {
    "미국": "US",
    "usa": "US",
    "united states": "US",
    "일본": "JP",
    "japan": "JP",
    "중국": "CN",
    "china": "CN",
}
LANGUAGES = {"한국어": "ko", "korean": "ko", "kr": "ko", "영어": "en", "english": "en", "일본어": "ja", "중국어": "zh"}


class CellProblem(Exception):
    """A cell cannot be read. Carries the problem's code."""

    def __init__(self, code: ProblemCode) -> None:
        super().__init__(code)
        self.code = code


CellValue = str | date | datetime | bool | None


@dataclass(frozen=True)
class Target:
    """One thing that a column can mean. `parse` gets a trimmed cell that is not empty."""

    key: str
    label: str | Promise
    headers: str
    parse: Callable[[str], CellValue]


def _limited(column: str) -> Callable[[str], str]:
    limit = Person._meta.get_field(column).max_length or 0  # type: ignore[union-attr] # these are text columns

    def parse(cell: str) -> str:
        if len(cell) > limit:
            raise CellProblem(ProblemCode.TOO_LONG)
        return cell

    return parse


def _email(cell: str) -> str:
    address = cell.lower().removeprefix("mailto:")
    if len(address) > 254:  # noqa: PLR2004 - RFC 5321
        raise CellProblem(ProblemCode.BAD_EMAIL)
    if not EMAIL.fullmatch(address):
        try:
            validate_email(address)
        except ValidationError:
            raise CellProblem(ProblemCode.BAD_EMAIL) from None
    return address


def _phone(cell: str) -> str:
    number = normalised_phone(cell)
    if not number:
        raise CellProblem(ProblemCode.BAD_PHONE)
    return number


@lru_cache(maxsize=10_000)
def _date(cell: str) -> date:
    match = DATE.fullmatch(cell)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else date.fromisoformat(cell)
    except ValueError:
        raise CellProblem(ProblemCode.BAD_DATE) from None


@lru_cache(maxsize=10_000)
def moment(cell: str) -> datetime:
    """Read a date, or a date with a time; without a zone it is Seoul's."""
    try:
        there = datetime.fromisoformat(cell)
    except ValueError:
        there = datetime.combine(_date(cell), time())
    return there if there.tzinfo else there.replace(tzinfo=SEOUL)


def _consent(cell: str) -> bool | None:
    word = cell.lower().replace(" ", "")
    if word in YES:
        return True
    if word in NO:
        return False
    if word in BLANK:
        return None
    raise CellProblem(ProblemCode.BAD_CONSENT)


def _country(cell: str) -> str:
    code = COUNTRIES.get(cell.lower(), cell.upper())
    if not re.fullmatch("[A-Z]{2}", code):
        raise CellProblem(ProblemCode.BAD_VALUE)
    return code


def _language(cell: str) -> str:
    code = LANGUAGES.get(cell.lower(), cell.lower().replace("_", "-").split("-")[0])
    if not re.fullmatch("[a-z]{2,3}", code):
        raise CellProblem(ProblemCode.BAD_VALUE)
    return code


@lru_cache(maxsize=10_000)
def _time_zone(cell: str) -> str:
    if cell not in available_timezones():
        raise CellProblem(ProblemCode.BAD_VALUE)
    return cell


TARGETS = [
    Target("name", _("Name"), "이름 성명 고객명 성함 회원명 name fullname customername", _limited("name")),
    Target("email", _("E-mail"), "이메일 메일 이메일주소 전자우편 email mail emailaddress", _email),
    Target(
        "phone", _("Phone"),
        "휴대폰 휴대전화 전화 전화번호 연락처 핸드폰 휴대폰번호 phone mobile cell tel phonenumber", _phone,
    ),
    Target(
        "external_id", _("Customer number"),
        "고객번호 회원번호 고객id 회원id 고객코드 아이디 "
        "externalid customerid userid customernumber id", _limited("external_id"),
    ),
    Target("address", _("Address"), "주소 배송지 address street", _limited("address")),
    Target("city", _("City"), "도시 시도 지역 시군구 city region town", _limited("city")),
    Target("country", _("Country"), "국가 나라 country countrycode", _country),
    Target("born_on", _("Birthday"), "생일 생년월일 birthday birthdate dateofbirth dob born bornon", _date),
    Target("language", _("Language"), "언어 language lang locale", _language),
    Target("time_zone", _("Time zone"), "시간대 timezone tz", _time_zone),
    Target(
        "first_seen_at", _("Customer since"),
        "가입일 가입일자 등록일 첫방문일 "
        "joined joinedat joinedon signupdate createdat firstseen firstseenat customersince", moment,
    ),
    Target(
        "consent_email", _("Marketing consent: e-mail"),
        "마케팅동의 마케팅수신동의 이메일수신동의 이메일수신여부 광고수신동의 메일수신 수신동의 "
        "marketing marketingconsent consent optin emailoptin emailconsent newsletter subscribed", _consent,
    ),
    Target(
        "consent_sms", _("Marketing consent: text message"),
        "문자수신동의 sms수신동의 sms수신여부 문자수신여부 smsconsent smsoptin", _consent,
    ),
    Target(
        "consent_at", _("Date of consent"),
        "동의일 동의일자 동의일시 수신동의일 마케팅동의일 consentdate consentat optindate", moment,
    ),
]  # fmt: skip
BY_KEY = {target.key: target for target in TARGETS}
BY_HEADER = {header: target.key for target in TARGETS for header in target.headers.split()}


def suggested_mapping(header: Sequence[str]) -> dict[str, str]:
    """Guess what every column means, by its number; a header that says nothing becomes a custom field of that name."""
    mapping: dict[str, str] = {}
    for number, title in enumerate(header):
        plain = re.sub(r"[^0-9a-z가-힣]", "", title.lower())
        key = BY_HEADER.get(plain, "")
        if key in mapping.values():
            key = ""
        mapping[str(number)] = key or (CUSTOM + title.strip()[:60] if title.strip() else IGNORED)
    return mapping


def parsed_cell(key: str, cell: str) -> CellValue:
    """
    Read one cell that is not empty.

    :raises CellProblem: when it does not say what its column means
    """
    if key.startswith(CUSTOM):
        if len(cell) > CUSTOM_LENGTH:
            raise CellProblem(ProblemCode.TOO_LONG)
        return cell
    return BY_KEY[key].parse(cell)


def is_known_target(key: str) -> bool:
    """Whether a column can mean this."""
    return key == IGNORED or key in BY_KEY or (key.startswith(CUSTOM) and len(key) > len(CUSTOM))
