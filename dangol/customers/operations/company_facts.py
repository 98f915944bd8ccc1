"""What identifies a company: its bare name, its business registration number, its domain."""

import re
import unicodedata

KOREAN_FORMS = (
    "주식회사|유한책임회사|유한회사|합자회사|합명회사|사단법인|재단법인|의료법인|학교법인|농업회사법인"
    r"|\(주\)|\(유\)|\(합\)|\(사\)|\(재\)|\(의\)|\(학\)"
)
"""After NFKC, which writes ㈜ as (주) and ㈲ as (유)."""

LATIN_FORMS = (
    r"incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|plc|gmbh|ag|kg|s\.?a|s\.?r\.?l|b\.?v|n\.?v|"
    r"pty|pte|oy|ab|k\.?k"
)
KOREAN_FORM = re.compile(KOREAN_FORMS)
LATIN_TAIL = re.compile(rf"(?<![\s,.&])(?:[\s,.&]+(?:{LATIN_FORMS})\.?)+[\s,.]*$", re.IGNORECASE)

BUSINESS_NUMBER = re.compile(r"(\d{3})[\s-]*(\d{2})[\s-]*(\d{5})")
WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_DOMAIN = 253


def bare_company_name(name: str) -> str:
    """Return a name without its legal form: ㈜한빛상사 and 한빛상사 주식회사 are one. A form alone stays."""
    plain = unicodedata.normalize("NFKC", name).strip()
    bare = LATIN_TAIL.sub("", KOREAN_FORM.sub(" ", plain))
    return " ".join(bare.split()) or plain


def business_number_of(text: str) -> str:
    """Return a 사업자등록번호 as ten digits, or an empty string where the check digit does not fit."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = BUSINESS_NUMBER.fullmatch(plain) if plain.isascii() else None
    if found is None:
        return ""
    digits = "".join(found.groups())
    return digits if digits[-1] == str(check_digit(digits[:-1])) else ""


def check_digit(nine: str) -> int:
    """Return the tenth digit of a business number. The ninth product counts with its tens besides."""
    products = [int(digit) * weight for digit, weight in zip(nine, WEIGHTS, strict=True)]
    return -(sum(products) + products[-1] // 10) % 10


def domain_of(text: str) -> str:
    """Return the domain of a web address, an e-mail address or a domain, or an empty string where it is none."""
    host = SCHEME.sub("", unicodedata.normalize("NFC", text).strip().lower())
    host = re.split(r"[/?#]", host)[0].rsplit("@", 1)[-1].split(":")[0].rstrip(".")
    host = host.removeprefix("www.")
    try:
        labels = host.encode("idna").decode().split(".")
    except UnicodeError:
        return ""
    sound = len(labels) > 1 and len(host) <= LONGEST_DOMAIN and not labels[-1].isdecimal()
    return host if sound and all(LABEL.fullmatch(label) for label in labels) else ""
