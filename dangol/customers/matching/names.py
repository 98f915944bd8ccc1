"""Names as they are written, in Hangul and in Latin letters, brought to forms that can be compared."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

SYLLABLES = 0xAC00

INITIAL_LETTERS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWEL_LETTERS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINAL_LETTERS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

INITIAL_SPELT = "g kk n d tt r m b pp s ss  j jj ch k t p h"
VOWEL_SPELT = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
FINAL_SPELT = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
INITIAL_SOUNDS, VOWEL_SOUNDS, FINAL_SOUNDS = (spelt.split(" ") for spelt in (INITIAL_SPELT, VOWEL_SPELT, FINAL_SPELT))

# How people write Korean family names in Latin letters. The same spelling may stand for two names: they are one class.
FAMILY_SPELLINGS = """
김 kim gim|이 lee yi rhee ri li i e|박 park bak pak|최 choi choe|정 jung jeong chung jong|강 kang gang|조 cho jo
윤 yoon yun|장 jang chang|임 lim im rim yim|한 han|오 oh o|서 seo suh so|신 shin sin|권 kwon gwon|황 hwang whang
안 ahn an|송 song|유 yoo yu you ryu|류 ryu yoo yu you|전 jeon jun chun|홍 hong|고 ko go koh|문 moon mun|양 yang
손 son sohn|배 bae pae|백 baek paik paek|허 heo hur huh|남 nam|심 shim sim|노 noh roh no|하 ha|곽 kwak gwak
성 sung seong|차 cha|주 joo ju|우 woo wu|구 koo gu ku goo|민 min|나 na ra|라 na ra|진 jin chin|지 ji chi jee
엄 eom um uhm|원 won|천 cheon chun|방 bang pang|공 gong kong|현 hyun hyeon|함 ham|변 byun byeon|염 yeom yum
여 yeo|추 choo chu|도 do|석 seok suk|선 sun seon|설 seol sul|마 ma|길 gil kil|연 yeon yun|위 wi|표 pyo|명 myung
기 ki gi|반 ban pan|왕 wang|금 keum geum|옥 ok|인 in|맹 maeng|제 je|모 mo|탁 tak|국 kook guk|어 eo|은 eun|편 pyeon
용 yong|예 ye|경 kyung|봉 bong|사 sa|부 boo bu|황보 hwangbo|남궁 namgoong namgung|제갈 jegal|선우 sunwoo seonu
사공 sagong|독고 dokgo|서문 seomun
"""

# Forms of one given name that share no letters worth comparing.
NICKNAMES = """
william bill billy will liam|robert bob bobby rob robbie|richard dick rick ricky|elizabeth liz beth betty eliza lizzie
margaret peggy maggie meg|john jack johnny|james jim jimmy jamie|charles charlie chuck|michael mike mick
thomas tom tommy|joseph joe joey|edward ed eddie ted ned|katherine catherine kate kathy katie cathy|daniel dan danny
matthew matt|anthony tony|steven stephen steve|andrew andy drew|christopher chris|benjamin ben|samuel sam
alexander alex sasha|nicholas nick|patricia pat patty trish|jennifer jen jenny|rebecca becky|susan sue susie
deborah debbie|barbara barb|victoria vicky tori|jacob jake|joshua josh|zachary zach|gregory greg|jeffrey jeff
kenneth ken|timothy tim|abigail abby|madison maddie|samantha sam|isabella bella|alexandra alex sandra
"""

SPELT_APART = 3
"""Three words that begin with a Korean family name are that and two syllables: So Min Yun."""

HONORIFICS = re.compile(r"(님|씨|고객님|회원님|선생님|사장님|대표님|과장님|부장님|팀장님)$")
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "jr", "sr"})
BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
HANGUL = re.compile(r"[가-힣]")
PLAIN = re.compile(r"[\x00-\x7f가-힣]*")
NOT_A_LETTER = re.compile(r"[^\w가-힣]+")


def fold(text: str) -> str:
    """Return the text in lower case, without accents and punctuation, words parted by one space."""
    if PLAIN.fullmatch(text):
        return " ".join(NOT_A_LETTER.sub(" ", text.lower()).split())
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(NOT_A_LETTER.sub(" ", unicodedata.normalize("NFC", plain)).split())


def letters(text: str) -> str:
    """Return Hangul taken apart into its letters: 한 → ㅎㅏㄴ. Everything else stays."""
    return text if text.isascii() else text.translate(LETTERS)


def romanised(text: str) -> str:
    """Return Hangul in Latin letters by the Revised Romanisation, syllable by syllable."""
    return text if text.isascii() else text.translate(SOUNDS)


VOICELESS = str.maketrans("gqcxdbvfrz", "kkkktpppls")
VOWELS_ALIKE = {
    "yeo": "yu", "eo": "u", "eu": "u", "oo": "u", "ou": "u", "ui": "i", "ee": "i", "ea": "i", "ae": "e", "o": "u",
}  # fmt: skip
TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def sound(text: str) -> str:
    """Return how a name sounds, however it was romanised: 민수 and Min-soo are alike, so are 영희 and Young Hee."""
    latin = romanised(text.replace(" ", "")).replace("ch", "j").replace("sh", "s").replace("ng", "n").replace("ph", "f")
    for spelt, alike in VOWELS_ALIKE.items():
        latin = latin.replace(spelt, alike)
    return TWICE.sub(r"\1", latin.translate(VOICELESS))


def _families() -> tuple[dict[str, str], dict[str, str]]:
    hangul: dict[str, str] = {}
    latin: dict[str, str] = {}
    for entry in FAMILY_SPELLINGS.replace("\n", "|").strip("|").split("|"):
        name, *spellings = entry.split()
        known = next((latin[spelling] for spelling in spellings if spelling in latin), spellings[0])
        hangul[name] = known
        for spelling in spellings:
            latin.setdefault(spelling, known)
    return hangul, latin


def _nicknames() -> dict[str, str]:
    groups = [entry.split() for entry in NICKNAMES.replace("\n", "|").strip("|").split("|")]
    found: dict[str, str] = {}
    for group in groups:
        for name in group:
            found.setdefault(name, group[0])
    return found


HANGUL_FAMILIES, LATIN_FAMILIES = _families()
FORMAL = _nicknames()


@lru_cache(maxsize=200_000)
def family_class(family: str) -> str:
    """Return one name for all spellings of a family name: 김, Kim and Gim are `kim`."""
    return HANGUL_FAMILIES.get(family) or LATIN_FAMILIES.get(family) or family


@lru_cache(maxsize=500_000)
def parted(name: str) -> tuple[str, str]:
    """Return family and given name, folded, without titles. What is one word only is a given name, unless Korean."""
    comma = "," in name
    words = [word for word in fold(BRACKETS.sub(" ", name).replace("-", "")).split() if word not in TITLES]
    if not words:
        return "", ""
    if HANGUL.search("".join(words)):
        return _parted_hangul(words)
    if len(words) == 1:
        return "", words[0]
    korean_first = words[0] in LATIN_FAMILIES and (len(words) == SPELT_APART or words[-1] not in LATIN_FAMILIES)
    if comma or korean_first:
        return words[0], "".join(words[1:])
    return words[-1], "".join(words[:-1])


def _parted_hangul(words: list[str]) -> tuple[str, str]:
    whole = "".join(words)
    shorter = HONORIFICS.sub("", whole)
    whole = shorter if len(shorter) > 1 else whole
    if whole[:2] in HANGUL_FAMILIES and len(whole) > 3:  # noqa: PLR2004 - two for the family, two for the given name
        return whole[:2], whole[2:]
    if whole[0] in HANGUL_FAMILIES and len(whole) > 2:  # noqa: PLR2004 - two syllables alone are a given name
        return whole[0], whole[1:]
    if len(words) > 1 and words[0] in HANGUL_FAMILIES:
        return words[0], "".join(words[1:])
    return "", whole


COMPANY_FORMS = re.compile(
    r"㈜|\(주\)|（주）|주식회사|유한회사|유한책임회사|합자회사|사단법인|재단법인|\(유\)|\(사\)|\(재\)"
    r"|\b(co|corp|corporation|company|inc|incorporated|ltd|limited|llc|gmbh|plc)\b\.?",
    re.IGNORECASE,
)


@lru_cache(maxsize=200_000)
def company_stem(name: str) -> str:
    """Return a company's name without its legal form and spaces: ㈜단골상회 and 단골상회 주식회사 are 단골상회."""
    return fold(COMPANY_FORMS.sub(" ", name)).replace(" ", "")


def _table(initials: Sequence[str], vowels: Sequence[str], finals: Sequence[str]) -> dict[int, str]:
    """Return what stands for each of the 11,172 syllables."""
    parts = product(initials, vowels, finals)
    return {SYLLABLES + number: "".join(part).strip() for number, part in enumerate(parts)}


LETTERS = _table(INITIAL_LETTERS, VOWEL_LETTERS, FINAL_LETTERS)
SOUNDS = _table(INITIAL_SOUNDS, VOWEL_SOUNDS, FINAL_SOUNDS)
