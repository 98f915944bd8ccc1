"""
Korean customers with known doubles, made up by a script: the truth set that nobody publishes.

Each double is written down anew as another counter would write it: other spacing, a slip of the pen in one letter, the
name in Latin letters, a nick name, another phone format, an old company name. Beside them stand those who look alike
and are not: namesakes, families with one phone, colleagues behind one switchboard and one info@ address.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dangol.customers.matching.names import FAMILY_SPELLINGS, letters, romanised
from dangol.customers.matching.records import Record

FAMILIES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허남심노하곽성차주우구민"
"""In the order of how many bear them."""

FIRST = "서지민하도예수현준유시은채승동영재혜미성우태경상진정희인나윤"
SECOND = "준윤우원연은아민진호현서빈영희훈수경철미정숙자옥순석용혁주린율"
CITIES = ("서울", "부산", "대구", "인천", "광주", "대전", "울산", "수원", "성남", "고양")
LONG_CITIES = {"서울": "서울특별시", "부산": "부산광역시", "대구": "대구광역시", "인천": "인천시", "수원": "수원시"}
ROAD_KINDS = ("로", "로 {}번길", "길", "로{}길", "대로")
FIRM_KINDS = ("상회", "물산", "정밀", "유통", "기업", "수산", "전자", "식품", "건설", "소프트")
HUSBANDS = ("Smith", "Miller", "Tanaka", "Park", "Garcia")
ENGLISH = ("Daniel", "Grace", "Kevin", "Jenny", "Brian", "Sophia", "Eric", "Amy")
LEGAL_FORMS = ("㈜{}", "주식회사 {}", "{} 주식회사", "(주){}", "{} (주)")
VOWELS = {"ㅐ": "ㅔ", "ㅔ": "ㅐ", "ㅗ": "ㅜ", "ㅜ": "ㅗ", "ㅓ": "ㅏ", "ㅏ": "ㅓ", "ㅡ": "ㅜ", "ㅣ": "ㅡ"}
INITIALS, MIDDLES = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
SPELLINGS = {entry.split()[0]: entry.split()[1:] for entry in FAMILY_SPELLINGS.replace("\n", "|").strip("|").split("|")}

KINDS = ("spacing", "slip", "romanised", "nick name", "married", "phone", "company", "moved", "sparse")


@dataclass(frozen=True)
class Truth:
    """Everybody, who they truly are, and how each double was written down."""

    records: list[Record]
    people: list[int]
    kinds: dict[int, str]
    """How the record at this position was written down anew."""


class Town:
    """Makes up people. The same seed makes the same town."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.records: list[Record] = []
        self.people: list[int] = []
        self.kinds: dict[int, str] = {}
        self.next_person = 0

    def truth(self) -> Truth:
        return Truth(self.records, self.people, self.kinds)

    def settle(self, count: int, doubles: float) -> None:
        """Let so many people come, that share of them twice, among families, namesakes and colleagues."""
        while self.next_person < count:
            record = self.newcomer()
            person = self._add(record)
            chance = self.rng.random()
            if chance < doubles:
                kind = KINDS[person % len(KINDS)]
                self.kinds[len(self.records)] = kind
                self._add(self.again(record, kind), person)
            elif chance < doubles + 0.15:
                self._add(self.relative(record))
            elif chance < doubles + 0.20:
                self._add(self.newcomer().changed(name=record.name))
            elif chance < doubles + 0.30 and record.company:
                colleague = self.newcomer()
                self._add(colleague.changed(company=record.company, phone=record.phone, email="info@example.com"))

    def newcomer(self) -> Record:
        """Make one person up."""
        rng = self.rng
        family = FAMILIES[min(int(rng.expovariate(0.16)), len(FAMILIES) - 1)]
        given = rng.choice(FIRST) + rng.choice(SECOND)
        number = f"{rng.randint(0, 99_999_999):08d}"
        born = date(1945, 1, 1) + timedelta(days=rng.randint(0, 365 * 60))
        return Record(
            id=len(self.records), name=family + given, phone=f"+8210{number}" if rng.random() < 0.85 else "",
            email=f"{romanised(given)}{rng.randint(1, 9999)}@example.com" if rng.random() < 0.6 else "",
            born=born.isoformat() if rng.random() < 0.7 else "", postal_code=f"{rng.randint(1000, 63999):05d}",
            city=rng.choice(CITIES), address=f"{self._road()} {rng.randint(1, 400)}",
            company=self._firm() if rng.random() < 0.3 else "",
        )  # fmt: skip

    def relative(self, record: Record) -> Record:
        """Make up somebody of the same family at the same address, with the same phone."""
        other = self.newcomer()
        return record.changed(
            id=len(self.records), name=record.name[0] + other.name[1:], born=other.born, email="", company=other.company
        )

    def again(self, record: Record, kind: str) -> Record:
        """Write the same person down anew, as another counter would."""
        rng, family, given = self.rng, record.name[0], record.name[1:]
        new = record.changed(id=len(self.records), email=record.email if rng.random() < 0.5 else "")
        if rng.random() < 0.3:
            new = new.changed(city=LONG_CITIES.get(new.city, new.city))
        ways: dict[str, Callable[[], dict[str, Any]]] = {
            "spacing": lambda: {"name": rng.choice([f"{family} {given}", f"{record.name} 님", " ".join(record.name)])},
            "slip": lambda: {"name": family + self._slip(given)},
            "romanised": lambda: {"name": self._latin(family, given)},
            "nick name": lambda: {
                "name": rng.choice([given, f"{given}({rng.choice(ENGLISH)})", f"{record.name}(단골)"])
            },
            "married": lambda: {"name": f"{romanised(given).capitalize()} {rng.choice(HUSBANDS)}"},
            "phone": lambda: {"phone": self._dialled(record.phone), "postal_code": ""},
            "company": lambda: {"company": self._firm_again(record.company), "postal_code": ""},
            "moved": self._new_home,
            "sparse": lambda: dict.fromkeys(("born", "postal_code", "address", "city"), ""),
        }
        return new.changed(**ways[kind]())

    def _new_home(self) -> dict[str, Any]:
        other = self.newcomer()
        return {"address": other.address, "city": other.city, "postal_code": other.postal_code}

    def _firm_again(self, name: str) -> str:
        return self.rng.choice(LEGAL_FORMS).format(name) if name else ""

    def _add(self, record: Record, person: int | None = None) -> int:
        if person is None:
            person = self.next_person
            self.next_person += 1
        self.records.append(record.changed(id=len(self.records)))
        self.people.append(person)
        return person

    def _firm(self) -> str:
        return self.rng.choice(FIRST) + self.rng.choice(SECOND) + self.rng.choice(FIRM_KINDS)

    def _road(self) -> str:
        rng = self.rng
        return rng.choice(FIRST) + rng.choice(SECOND) + rng.choice(ROAD_KINDS).format(rng.randint(1, 60))

    def _slip(self, given: str) -> str:
        """Exchange one vowel, as ears and thumbs do."""
        at = self.rng.randrange(len(given))
        parts = letters(given[at]) + " "
        initial, vowel, final = parts[0], parts[1], parts[2]
        changed = VOWELS.get(vowel, "ㅣ")
        code = 0xAC00 + (INITIALS.index(initial) * 21 + MIDDLES.index(changed)) * 28 + FINALS.index(final)
        return given[:at] + chr(code) + given[at + 1 :]

    def _latin(self, family: str, given: str) -> str:
        first, second = romanised(given[0]).capitalize(), romanised(given[1])
        spelt = self.rng.choice([f"{first}{second}", f"{first}-{second}", f"{first} {second.capitalize()}"])
        if self.rng.random() < 0.4:
            spelt = spelt.replace("u", "oo", 1).replace("eo", "u", 1)
        surname = self.rng.choice(SPELLINGS.get(family, [romanised(family)])).capitalize()
        return self.rng.choice([f"{spelt} {surname}", f"{surname} {spelt}", f"{surname}, {spelt}"])

    def _dialled(self, phone: str) -> str:
        own = phone.removeprefix("+8210")
        formats = ("010-{}-{}", "010 {} {}", "+82 10 {} {}", "10{}{}", "010.{}.{}", "82-10-{}-{}")
        return self.rng.choice(formats).format(own[:4], own[4:]) if own else ""


def make_town(count: int, *, doubles: float = 0.2, seed: int = 20261122) -> Truth:
    """Return a made-up town of so many people, that share of them written down twice."""
    town = Town(seed)
    town.settle(count, doubles)
    return town.truth()
