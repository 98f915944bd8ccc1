"""Names as people say them: family and given name, Korean and Western, and how somebody is addressed."""

import re
import unicodedata
from dataclasses import dataclass

DOUBLE_SURNAMES = frozenset(
    "남궁 황보 제갈 선우 독고 사공 서문 동방 어금 망절 장곡 강전 소봉 무본".split()  # noqa: SIM905 - read as a list of words
)
"""Surnames of two syllables. Names of two syllables keep a surname of one: 선우 alone is family 선, given 우."""

SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추"
    "도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감호음빈동온라갈련"
)
HANGUL = re.compile(r"[가-힣]+")
LONGEST_KOREAN = 5
HONORIFICS = (
    "님",
    "씨",
    "선생님",
    "사장님",
    "대표님",
    "부장님",
    "과장님",
    "차장님",
    "대리님",
    "고객님",
    "교수님",
    "원장님",
)
SPOKEN_AFTER = tuple(sorted(HONORIFICS, key=len, reverse=True))
TITLES = {
    "mr": "Mr.", "mrs": "Mrs.", "ms": "Ms.", "miss": "Miss", "mx": "Mx.", "dr": "Dr.", "prof": "Prof.", "sir": "Sir",
}  # fmt: skip
PARTICLES = frozenset("van von der den de del della da di du la le bin al ter ten dos das st".split())  # noqa: SIM905 - read as a list of words
SUFFIXES = frozenset("jr sr ii iii iv phd md".split())  # noqa: SIM905 - read as a list of words
SHORTEST_WITH_DOUBLE = 3


@dataclass(frozen=True)
class NameParts:
    """A name, taken apart. What cannot be told stays empty; `is_korean` says in which order it is spoken."""

    family: str = ""
    given: str = ""
    honorific: str = ""
    is_korean: bool = False

    @property
    def whole(self) -> str:
        """The name without the form of address, in its own order."""
        if self.is_korean:
            return self.family + self.given
        return " ".join(part for part in (self.given, self.family) if part)


def split_name(text: str) -> NameParts:
    """
    Take a name apart: 김하늘 님, 남궁 민수, Dr. Dana van der Berg, Park, Dana.

    A single Latin word, and a Korean one that begins with no surname, is a given name.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    bare = name.replace(" ", "")
    if HANGUL.fullmatch(bare):
        return _korean(name)
    return _western(name)


def addressed(parts: NameParts, language: str) -> str:
    """
    Return how somebody is addressed in a text of this language: 김하늘 님 in Korean, Dana in English.

    Who has a form of address of their own is addressed by it: 김하늘 부장님, Dr. Park.
    """
    if language.startswith("ko"):
        return f"{parts.whole} {parts.honorific or '님'}" if parts.whole else ""
    if parts.honorific and not HANGUL.search(parts.honorific):
        return f"{parts.honorific} {parts.family or parts.given}".strip()
    return parts.whole if parts.is_korean else parts.given or parts.family


def _korean(name: str) -> NameParts:
    honorific = ""
    for spoken in SPOKEN_AFTER:
        before = name.removesuffix(spoken).rstrip()
        is_apart = name.endswith(f" {spoken}")
        if before and before != name and (is_apart or _is_surely_after(before, spoken)):
            name, honorific = before, spoken
            break
    words = name.split()
    bare = "".join(words)
    if len(words) > 1 and (words[0] in SURNAMES or words[0] in DOUBLE_SURNAMES):
        return NameParts(words[0], "".join(words[1:]), honorific, is_korean=True)
    if len(bare) >= SHORTEST_WITH_DOUBLE and bare[:2] in DOUBLE_SURNAMES:
        return NameParts(bare[:2], bare[2:], honorific, is_korean=True)
    if 1 < len(bare) <= LONGEST_KOREAN and bare[0] in SURNAMES:
        return NameParts(bare[0], bare[1:], honorific, is_korean=True)
    return NameParts("", name, honorific, is_korean=True)


def _is_surely_after(before: str, spoken: str) -> bool:
    """Whether a form of address written without a space is one: 김하늘님 is, 정예님 and 이솔씨 may not be."""
    return len(before) >= SHORTEST_WITH_DOUBLE or (len(spoken) > 1 and len(before) > 1)


def _western(name: str) -> NameParts:
    if "," in name:
        family, _comma, rest = name.partition(",")
        if rest.strip().lower().strip(".") not in SUFFIXES:
            parts = _western(rest.strip())
            return NameParts(family.strip(), parts.whole, parts.honorific)
    words = name.replace(",", "").split()
    honorific = ""
    if len(words) > 1 and words[0].lower().rstrip(".") in TITLES:
        honorific, words = TITLES[words[0].lower().rstrip(".")], words[1:]
    while len(words) > 1 and words[-1].lower().rstrip(".") in SUFFIXES:
        words = words[:-1]
    if len(words) == 1:
        return NameParts(words[0], "", honorific) if honorific else NameParts("", words[0], "")
    start = next((index for index, word in enumerate(words) if index and word.lower() in PARTICLES), len(words) - 1)
    return NameParts(" ".join(words[start:]), " ".join(words[:start]), honorific)
