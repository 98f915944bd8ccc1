"""Korean words as computers must treat them: search keys without word boundaries, and particles that fit their noun."""

import re
import unicodedata
from collections.abc import Iterator

FIRST_SYLLABLE, LAST_SYLLABLE = 0xAC00, 0xD7A3
SYLLABLES_PER_INITIAL = 588
FINALS = 28
FINAL_RIEUL = 8
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
CLUSTERS = {
    "ㄳ": "ㄱㅅ",
    "ㄵ": "ㄴㅈ",
    "ㄶ": "ㄴㅎ",
    "ㄺ": "ㄹㄱ",
    "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ",
}
CLUSTERS |= {"ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}
"""What a keyboard makes of two consonants typed in a row."""

DIGITS_WITH_FINAL = "0136780"
DIGITS_WITH_RIEUL = "178"
LETTERS_WITH_FINAL = "lmnr"
LETTERS_WITH_RIEUL = "lr"
WORD = re.compile(r"[^\W_]+")


def bigrams(text: str) -> list[str]:
    """Return the distinct pairs of neighbouring letters of every word, lower-cased; words of one letter stay whole."""
    pairs: dict[str, None] = {}
    for word in WORD.findall(unicodedata.normalize("NFC", text).lower()):
        if len(word) == 1:
            pairs[word] = None
        pairs.update((word[start : start + 2], None) for start in range(len(word) - 1))
    return list(pairs)


def initials(text: str) -> str:
    """Return the 초성 key: the first consonant of every syllable, other letters in lower case, no spaces."""
    return "".join(_initials(unicodedata.normalize("NFC", text)))


def are_initials(text: str) -> bool:
    """Whether somebody typed only first consonants, as in ㄱㅎㄴ."""
    letters = text.replace(" ", "")
    return bool(letters) and all(letter in INITIALS or letter in CLUSTERS for letter in letters)


def with_particle(word: str, particles: str) -> str:
    """
    Put the particle that fits behind a word: `with_particle("단골", "을/를")` is 단골을.

    :param particles: the form after a final consonant, a slash, the form after a vowel: 을/를, 은/는, 이/가, 으로/로
    """
    after_consonant, after_vowel = particles.split("/")
    final = _final_sound(word)
    if after_consonant == "으로" and final == "rieul":
        return word + after_vowel
    return word + (after_consonant if final else after_vowel)


def _initials(text: str) -> Iterator[str]:
    for letter in text:
        code = ord(letter)
        if FIRST_SYLLABLE <= code <= LAST_SYLLABLE:
            yield INITIALS[(code - FIRST_SYLLABLE) // SYLLABLES_PER_INITIAL]
        elif letter in CLUSTERS:
            yield CLUSTERS[letter]
        elif letter.isalnum():
            yield letter.lower()


def _final_sound(word: str) -> str:
    """Return "" after a vowel, "rieul" after ㄹ, else "consonant": as the last letter or digit is read in Korean."""
    letter = next((letter for letter in reversed(word.lower()) if letter.isalnum()), "")
    if not letter:
        return ""
    code = ord(letter)
    if FIRST_SYLLABLE <= code <= LAST_SYLLABLE:
        final = (code - FIRST_SYLLABLE) % FINALS
        return "rieul" if final == FINAL_RIEUL else "consonant" if final else ""
    if letter in DIGITS_WITH_RIEUL or letter in LETTERS_WITH_RIEUL:
        return "rieul"
    return "consonant" if letter in DIGITS_WITH_FINAL or letter in LETTERS_WITH_FINAL else ""
