"""How the cells of one kind of column are read. A reader gets a trimmed cell that is not empty, returns plain text."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dangol.customers.enums import ProblemCode
from dangol.customers.operations.company_facts import business_number_of, domain_of
from dangol.customers.operations.phone import normalised_phone

SEOUL = ZoneInfo("Asia/Seoul")
EMAIL = re.compile(r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
MOBILE = re.compile(r"010[- ]?(\d{4})[- ]?(\d{4})", re.ASCII)
EATEN_MOBILE = re.compile(r"10\d{8}", re.ASCII)
SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d+)", re.ASCII)
ISO_DATE = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d", re.ASCII)
DATE = re.compile(r"(\d{4})\s*[-./년]?\s*(\d{1,2})\s*[-./월]?\s*(\d{1,2})\s*[일.]?(?:[ T].*)?", re.ASCII)
DAY_LAST_YEAR = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?:[ T].*)?", re.ASCII)
SERIAL_DAY = re.compile(r"[1-6]\d{4}(?:\.\d+)?", re.ASCII)
SERIAL_ORIGIN = date(1899, 12, 30).toordinal()
AFTERNOON = {"오전": 0, "오후": 12, "AM": 0, "PM": 12}
CLOCK = re.compile(r"(오전|오후|AM|PM)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(AM|PM)?", re.IGNORECASE)
YES_WORDS = "y yes true t 1 o ○ v ✓ agree agreed optin opt-in given 동의 동의함 수신동의 수신 예 네 허용"
NO_WORDS = "n no false f 0 x × disagree optout opt-out withdrawn 거부 미동의 동의안함 수신거부 아니오 아니요 비동의"
YES = frozenset(YES_WORDS.split())
NO = frozenset(NO_WORDS.split())
BLANK = frozenset(("", "-"))
COUNTRIES = {
    "대한민국": "KR", "한국": "KR", "korea": "KR", "south korea": "KR", "republic of korea": "KR",
    "korea, republic of": "KR", "미국": "US", "usa": "US", "united states": "US", "united states of america": "US",
    "일본": "JP", "japan": "JP", "중국": "CN", "china": "CN", "영국": "GB", "united kingdom": "GB", "uk": "GB",
    "독일": "DE", "germany": "DE", "프랑스": "FR", "france": "FR", "캐나다": "CA", "canada": "CA", "베트남": "VN",
    "vietnam": "VN", "대만": "TW", "taiwan": "TW", "싱가포르": "SG", "singapore": "SG", "호주": "AU", "australia": "AU",
}  # fmt: skip
LANGUAGES = {
    "한국어": "ko", "korean": "ko", "kr": "ko", "영어": "en", "english": "en", "일본어": "ja", "japanese": "ja",
    "중국어": "zh", "chinese": "zh",
}  # fmt: skip
EMAIL_LIMIT = 254
LONGEST_POSTAL_CODE = 12
LONGEST_TAG = 60
LOCAL_POSTAL_DIGITS = 5
MONTHS = 12
FIRST_YEAR, LAST_YEAR = 1850, 2200


class CellProblem(Exception):
    """A cell cannot be read. Carries the problem's code."""

    def __init__(self, code: ProblemCode) -> None:
        super().__init__(code)
        self.code = code


def email(cell: str) -> str:
    """Return the address in lower case."""
    address = cell.lower()
    if EMAIL.fullmatch(address) and len(address) <= EMAIL_LIMIT:
        return address
    address = address.removeprefix("mailto:").strip("<>")
    try:
        validate_email(address)
    except ValidationError:
        raise CellProblem(ProblemCode.BAD_EMAIL) from None
    if len(address) > EMAIL_LIMIT:
        raise CellProblem(ProblemCode.BAD_EMAIL)
    return address


def phone(cell: str) -> str:
    """Return a number as it is dialled from everywhere. A Korean mobile gets back the zero that a spreadsheet ate."""
    if found := MOBILE.fullmatch(cell):
        return f"+8210{found[1]}{found[2]}"
    if EATEN_MOBILE.fullmatch(cell):
        return f"+82{cell}"
    if found := SCIENTIFIC.fullmatch(cell):
        digits = found[1] + (found[2] or "")
        if len(digits) <= int(found[3]):
            raise CellProblem(ProblemCode.EATEN_NUMBER)
        return phone(digits[: int(found[3]) + 1])
    number = normalised_phone(cell.removesuffix(".0"))
    if not number:
        raise CellProblem(ProblemCode.BAD_PHONE)
    return number


def identifier(cell: str) -> str:
    """Return an id of another system. One that a spreadsheet shortened is no id any more."""
    if "+" in cell and SCIENTIFIC.fullmatch(cell):
        raise CellProblem(ProblemCode.EATEN_NUMBER)
    return cell


@lru_cache(maxsize=20_000)
def day(cell: str) -> str:
    """Return a date as 1990-01-31. Read are 1990.1.31, 1990년 1월 31일, 19900131, 31/01/1990 and serials too."""
    if ISO_DATE.fullmatch(cell):
        return _real(cell[:4], cell[5:7], cell[8:])
    if match := DATE.fullmatch(cell):
        return _real(match[1], match[2], match[3])
    if match := DAY_LAST_YEAR.fullmatch(cell):
        first, second = match[1], match[3]
        # 31.12.1990 is written day first; 12/31/1990 in America month first; what fits both is read month first with
        # slashes, as spreadsheets in Korean and English save it.
        is_day_first = match[2] != "/" or int(first) > MONTHS
        return _real(match[4], *((second, first) if is_day_first else (first, second)))
    if SERIAL_DAY.fullmatch(cell):
        return date.fromordinal(SERIAL_ORIGIN + int(float(cell))).isoformat()
    raise CellProblem(ProblemCode.BAD_DATE)


@lru_cache(maxsize=20_000)
def moment(cell: str) -> str:
    """Return a date with time in ISO 8601 with its zone; without a zone it is Seoul's, without a time midnight."""
    try:
        there = datetime.fromisoformat(cell)
    except ValueError:
        there = datetime.combine(date.fromisoformat(day(cell)), _clock(cell))
    return (there if there.tzinfo else there.replace(tzinfo=SEOUL)).isoformat()


def consent(cell: str) -> str:
    """Return "yes", "no", or nothing where nothing was said."""
    word = cell.lower().replace(" ", "")
    if word in YES:
        return "yes"
    if word in NO:
        return "no"
    if word in BLANK:
        return ""
    raise CellProblem(ProblemCode.BAD_CONSENT)


def refusal(cell: str) -> str:
    """Read a column like "Email Opt Out", where yes means no. Its no is no consent: it says nothing."""
    return "no" if consent(cell) == "yes" else ""


def country(cell: str) -> str:
    """Return the two letters of a country."""
    code = COUNTRIES.get(cell.lower(), cell.upper())
    if not re.fullmatch("[A-Z]{2}", code):
        raise CellProblem(ProblemCode.BAD_VALUE)
    return code


def language(cell: str) -> str:
    """Return the code of a language."""
    code = LANGUAGES.get(cell.lower(), cell.lower().replace("_", "-").split("-")[0])
    if not re.fullmatch("[a-z]{2,3}", code):
        raise CellProblem(ProblemCode.BAD_VALUE)
    return code


@lru_cache(maxsize=1000)
def time_zone(cell: str) -> str:
    """Return the name of a time zone."""
    if cell not in available_timezones():
        raise CellProblem(ProblemCode.BAD_VALUE)
    return cell


def postal_code(cell: str) -> str:
    """Return a postal code; a Korean one gets back the zero that a spreadsheet ate."""
    code = cell.removesuffix(".0")
    if len(code) > LONGEST_POSTAL_CODE:
        raise CellProblem(ProblemCode.TOO_LONG)
    return code.zfill(LOCAL_POSTAL_DIGITS) if code.isdecimal() and len(code) == LOCAL_POSTAL_DIGITS - 1 else code


def business_number(cell: str) -> str:
    """Return the ten digits of a 사업자등록번호 whose check digit is right."""
    digits = business_number_of(cell.removesuffix(".0"))
    if not digits:
        raise CellProblem(ProblemCode.BAD_NUMBER)
    return digits


def domain(cell: str) -> str:
    """Return the host of a web address, without www."""
    host = domain_of(cell)
    if not host:
        raise CellProblem(ProblemCode.BAD_VALUE)
    return host


def tags(cell: str) -> str:
    """Return words separated by semicolons, each once."""
    words = dict.fromkeys(word.strip().lstrip("#") for word in re.split(r"[;,|\n]", cell))
    if any(len(word) > LONGEST_TAG for word in words):
        raise CellProblem(ProblemCode.TOO_LONG)
    return ";".join(word for word in words if word)


def _real(year: str, month: str, of_month: str) -> str:
    try:
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise CellProblem(ProblemCode.BAD_DATE)
        return date(int(year), int(month), int(of_month)).isoformat()
    except ValueError:
        raise CellProblem(ProblemCode.BAD_DATE) from None


def _clock(cell: str) -> time:
    match = CLOCK.search(cell)
    if match is None:
        return time()
    half, hour = (match[1] or match[5] or "").upper(), int(match[2])
    if half in AFTERNOON:
        hour = hour % MONTHS + AFTERNOON[half]
    try:
        return time(hour, int(match[3]), int(match[4] or 0))
    except ValueError:
        raise CellProblem(ProblemCode.BAD_DATE) from None
