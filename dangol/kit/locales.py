"""Which countries and languages members choose from, and what they are called in the reader's language."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

COUNTRIES = ("KR", "US", "JP", "CN", "TW", "VN", "TH", "SG", "GB", "DE", "FR", "CA", "AU")
LANGUAGES = ("ko", "en", "ja", "zh", "vi", "th", "de", "fr", "es")


def country_name(code: str) -> str:
    """Return the name of a country; an unknown code stands for itself."""
    return str(_reader().territories.get(code, code))


def language_name(code: str) -> str:
    """Return the name of a language; an unknown code stands for itself."""
    return str(_reader().languages.get(code, code))


def _reader() -> Locale:
    return _locale(get_language() or "en")


@lru_cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
