"""
Korean road-name addresses (도로명주소), taken apart.

Pieces follow 도로명주소법: 시·도, 시·군·구, (읍·면), 도로명, 건물번호, then after a comma what is inside the building.
"""

import re
import unicodedata
from dataclasses import dataclass

PROVINCES = {
    "서울": "서울특별시", "부산": "부산광역시", "대구": "대구광역시", "인천": "인천광역시", "광주": "광주광역시",
    "대전": "대전광역시", "울산": "울산광역시", "세종": "세종특별자치시", "경기": "경기도", "강원": "강원특별자치도",
    "충북": "충청북도", "충남": "충청남도", "전북": "전북특별자치도", "전남": "전라남도", "경북": "경상북도",
    "경남": "경상남도", "제주": "제주특별자치도",
}  # fmt: skip
FORMER = {"강원도": "강원특별자치도", "전라북도": "전북특별자치도", "제주도": "제주특별자치도"}
FULL_NAMES = frozenset(PROVINCES.values())
POSTAL_CODE = re.compile(r"^[(\[]?(?:우\)?\s*)?(\d{5})[)\]]?\s+|\s+[(\[]?(?:우\)?\s*)?(\d{5})[)\]]?$")
ROAD = re.compile(
    r"^(?P<before>.*?)\b(?P<road>[가-힣0-9A-Za-z·.]+(?:대로|로|길)(?:\s?\d+(?:번|번안|번가)?길|\s?\d+가길)?)"
    r"\s*(?P<below>지하\s*)?(?P<number>\d+(?:-\d+)?)(?=$|[\s,(])(?P<after>.*)$"
)
IN_BRACKETS = re.compile(r"\(([^)]*)\)")
DISTRICT = re.compile(r"[가-힣]+(?:시|군|구)")
TOWN = re.compile(r"[가-힣0-9]+(?:읍|면)")


@dataclass(frozen=True)
class RoadAddress:
    """One address in its parts; what is not there is empty. `city` is what people call the place: 서울, 성남시."""

    postal_code: str = ""
    province: str = ""
    district: str = ""
    town: str = ""
    road: str = ""
    building: str = ""
    detail: str = ""
    extra: str = ""

    @property
    def city(self) -> str:
        """The city: of a metropolis its short name, elsewhere the 시 or 군."""
        if self.province.endswith(("특별시", "광역시")) or self.province == "세종특별자치시":
            return self.province[:2]
        return self.district.split()[0] if self.district else ""

    def parts(self) -> dict[str, str]:
        """Return what is there, as `ContactPoint.parts` keeps it."""
        whole = {
            "postal_code": self.postal_code, "province": self.province, "district": self.district, "town": self.town,
            "road": self.road, "building": self.building, "detail": self.detail, "extra": self.extra,
        }  # fmt: skip
        return {name: value for name, value in whole.items() if value}


def read_road_address(text: str) -> RoadAddress | None:
    """Take a written address apart, or return None where it is no Korean road-name address."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    code = POSTAL_CODE.search(plain)
    if code:
        plain = POSTAL_CODE.sub("", plain, count=1).strip()
    extra = " ".join(IN_BRACKETS.findall(plain))
    plain = " ".join(IN_BRACKETS.sub(" ", plain).split())
    found = ROAD.match(plain)
    if found is None:
        return None
    place = _place(found["before"].split())
    if place is None:
        return None
    province, district, town = place
    building = f"지하 {found['number']}" if found["below"] else found["number"]
    return RoadAddress(
        postal_code=(code[1] or code[2]) if code else "", province=province, district=district, town=town,
        road=found["road"].replace(" ", ""), building=building, detail=found["after"].strip(" ,"), extra=extra,
    )  # fmt: skip


def _place(words: list[str]) -> tuple[str, str, str] | None:
    """Sort the words before the road into province, district and town; None if one of them is none of these."""
    province = ""
    if words and (name := _province(words[0])):
        province, words = name, words[1:]
    district = [word for word in words if DISTRICT.fullmatch(word)]
    town = [word for word in words if TOWN.fullmatch(word)]
    if len(district) + len(town) != len(words) or not (province or district):
        return None
    return province, " ".join(district), " ".join(town)


def _province(word: str) -> str:
    if word in FULL_NAMES:
        return word
    short = word.removesuffix("시") if word.removesuffix("시") in PROVINCES else word
    return PROVINCES.get(short) or FORMER.get(word, "")
