"""
Hangul as it is typed: which keys a text takes, what a keyboard makes of them, and what one slip of a finger makes.

Keys are those of the two-set keyboard (두벌식): a cluster such as ㄳ and a vowel such as ㅘ are two keys, ㄲ is one.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = (
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ",
    "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
)  # fmt: skip
FINALS = (
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ",
    "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
)  # fmt: skip
VOWEL_KEYS = "".join(vowel for vowel in VOWELS if len(vowel) == 1)
SYLLABLE = re.compile(
    f"([{INITIALS}])({'|'.join(sorted(VOWELS, key=len, reverse=True))})"
    f"({'|'.join(sorted(FINALS, key=len, reverse=True))})(?![{VOWEL_KEYS}])"
)
WHOLE = re.compile(f"(?:{SYLLABLE.pattern}|[^ㄱ-ㅣ])+")
LATIN_KEYS = "abcdefghijklmnopqrstuvwxyz"
INITIAL_AT, VOWEL_AT, FINAL_AT = ({part: at for at, part in enumerate(parts)} for parts in (INITIALS, VOWELS, FINALS))


def keys_of(text: str) -> str:
    """Return the keys that were pressed for a text: 값 is ㄱㅏㅂㅅ. What is no Hangul stays."""
    return "".join(_keys(letter) for letter in unicodedata.normalize("NFC", text))


def typed(keys: str) -> str:
    """Return what a keyboard makes of keys: a consonant before a vowel begins the next syllable."""
    return SYLLABLE.sub(_pressed, keys)


@lru_cache(maxsize=256)
def slips(text: str) -> tuple[str, ...]:
    """
    Return what one slip from the text may have been meant: a key wrong, missing, too many, or swapped with the next.

    Only whole syllables, Latin letters and digits come back: a lone consonant is no part of a name.
    """
    keys = keys_of(text)
    whole = (changed for changed in _changed(keys) if WHOLE.fullmatch(changed))
    meant = dict.fromkeys(typed(changed) for changed in whole)
    return tuple(word for word in meant if word != text)


def is_jamo(letter: str) -> bool:
    """Whether a letter is a lone consonant or vowel."""
    return "ㄱ" <= letter <= "ㅣ"


def is_syllable(letter: str) -> bool:
    """Whether a letter is a whole Hangul syllable."""
    return FIRST_SYLLABLE <= ord(letter) <= LAST_SYLLABLE


def split(syllable: str) -> tuple[str, str, str]:
    """Return the initial, the vowel and the final of a syllable, each as keys."""
    code = ord(syllable) - FIRST_SYLLABLE
    return INITIALS[code // 588], VOWELS[code % 588 // 28], FINALS[code % 28]


def joined(initial: str, vowel: str, final: str) -> str:
    """Return the syllable of three parts given as keys."""
    return chr(FIRST_SYLLABLE + (INITIAL_AT[initial] * 21 + VOWEL_AT[vowel]) * 28 + FINAL_AT[final])


def _pressed(keys: "re.Match[str]") -> str:
    return joined(*keys.groups())


def _keys(letter: str) -> str:
    return "".join(split(letter)) if is_syllable(letter) else letter


def _changed(keys: str) -> Iterator[str]:
    for at, key in enumerate(keys):
        before, after = keys[:at], keys[at + 1 :]
        yield before + after
        if after:
            yield before + after[0] + key + after[1:]
        for other in _kin(key):
            yield before + other + after
    alphabet = LATIN_KEYS if keys.isascii() else INITIALS + VOWEL_KEYS
    for at, key in product(range(len(keys) + 1), alphabet):
        yield keys[:at] + key + keys[at:]


def _kin(key: str) -> str:
    """Return the keys that a finger may hit instead: a vowel for a vowel, a consonant for a consonant."""
    return next((alphabet for alphabet in (VOWEL_KEYS, INITIALS, LATIN_KEYS) if key in alphabet), "")
