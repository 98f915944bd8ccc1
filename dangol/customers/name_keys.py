"""How names are compared: in lower case, without spaces and punctuation, companies without their legal form."""

import re
import unicodedata

SILENT = " \t\n\r!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~·ㆍ・‐‑‒–—―‘’“”…、。《》「」『』【】（）\u00a0\u3000\ufeff"
"""What is left out of names when they are compared."""

LONGEST_NAME = 60
FIRM = (
    r"㈜|㈐|\((주|유|합|사|재)\)|（(주|유|합|사|재)）|(주식|유한|유한책임|합자|합명)회사|"
    r"(사단|재단|농업회사|의료|학교)법인"
)
FIRM_LATIN = r"inc|incorporated|ltd|limited|llc|corp|corporation|co|company|gmbh|ag|plc"
LEFT_OUT = dict.fromkeys(map(ord, SILENT))
FIRM_WORDS = re.compile(rf"{FIRM}|\b({FIRM_LATIN})\b")

NAME_KEY = """
CREATE FUNCTION customers_name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(translate(lower(normalize(name)), {silent}, ''), {longest})
$$
"""
COMPANY_KEY = """
CREATE FUNCTION customers_company_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        nullif(customers_name_key(regexp_replace(lower(normalize(name)), {firm}, ' ', 'g')), ''),
        customers_name_key(name)
    )
$$
"""
INITIALS_OF_KEY = """
CREATE FUNCTION customers_key_initials(key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(
        CASE WHEN letter BETWEEN '가' AND '힣'
        THEN substr('ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ', (ascii(letter) - 44032) / 588 + 1, 1) ELSE letter END,
        '' ORDER BY at)
    FROM unnest(string_to_array(key, NULL)) WITH ORDINALITY AS letters(letter, at)
$$
"""


def functions() -> list[str]:
    """Return the SQL of the functions that compare names inside the database, exactly as the ones below."""
    return [
        NAME_KEY.format(silent=_literal(SILENT), longest=LONGEST_NAME),
        COMPANY_KEY.format(firm=_literal(rf"{FIRM}|\m({FIRM_LATIN})\M")),
        INITIALS_OF_KEY,
    ]


def name_key(text: str) -> str:
    """Return a name as it is compared; the same as the database's `customers_name_key`."""
    return unicodedata.normalize("NFC", text).lower().translate(LEFT_OUT)[:LONGEST_NAME]


def company_key(text: str) -> str:
    """Return a company's name without what only says that it is one; the same as `customers_company_key`."""
    return name_key(FIRM_WORDS.sub(" ", unicodedata.normalize("NFC", text).lower())) or name_key(text)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
