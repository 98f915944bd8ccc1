"""The story so far, in five lines: who, how much, still a regular, how they feel, what is open."""

from collections.abc import Callable

from dangol.relations.relationship import Relationship
from dangol.relations.sentences import wording
from dangol.relations.sentences.care import FEELINGS, SOURCES

Line = Callable[[Relationship], str]
DAY = 86_400


def five_lines(relationship: Relationship, language: str) -> list[str]:
    """Tell the relationship in a language ("ko", else English)."""
    lines = KOREAN if language == "ko" else ENGLISH
    return [line(relationship) for line in lines]


def still_a_regular(relationship: Relationship, language: str) -> str:
    """Say how probable it is that the person is still a regular, or why nobody can tell yet."""
    alive = relationship.strength.alive if relationship.strength else None
    korean = language == "ko"
    if relationship.orders == 0:
        return "아직 단골이라 할 수 없습니다." if korean else "Not a regular yet."
    if alive is not None:
        share = wording.percent(alive)
        return f"여전히 단골일 확률은 {share}입니다." if korean else f"Still a regular with a probability of {share}."
    if relationship.orders == 1:
        return "한 번의 구매로는 아직 알 수 없습니다." if korean else "One purchase is too few to know the rhythm."
    return "단골인지 아직 알 수 없습니다." if korean else "It is too early to tell whether they are a regular."


def regular_share(relationship: Relationship) -> str:
    """Return the probability that the person is still a regular as "87%", or nothing when nobody can tell yet."""
    alive = relationship.strength.alive if relationship.strength else None
    return "" if alive is None else wording.percent(alive)


def _day(relationship: Relationship, language: str, name: str) -> str:
    moment = relationship.since if name == "since" else relationship.last_at
    today = relationship.now.astimezone(relationship.zone).date()
    return wording.day(moment.astimezone(relationship.zone).date(), language, today) if moment else ""


def _days_ago(relationship: Relationship) -> int:
    if relationship.last_at is None:
        return 0
    zone = relationship.zone
    return (relationship.now.astimezone(zone).date() - relationship.last_at.astimezone(zone).date()).days


def _total(relationship: Relationship, language: str) -> str:
    amounts = [wording.money(one.amount, one.currency, language) for one in relationship.spent]
    return ", ".join(amounts) if language == "ko" else " and ".join(amounts)


def _who_korean(relationship: Relationship) -> str:
    name = relationship.person.name or "이름을 모르는"
    known = max((relationship.now - relationship.since).days, 0)
    length = f" ({wording.length(known, 'ko')} 전)" if known else ""
    return f"{name} 고객. {_day(relationship, 'ko', 'since')}에 처음 만났습니다{length}."


def _who_english(relationship: Relationship) -> str:
    name = relationship.person.name or "A person without a name"
    known = max((relationship.now - relationship.since).days, 0)
    length = f", for {wording.length(known, 'en')}" if known else ""
    return f"{name}. Known since {_day(relationship, 'en', 'since')}{length}."


def _bought_korean(relationship: Relationship) -> str:
    if not relationship.orders:
        return "아직 구매한 적이 없습니다."
    gap = relationship.usual_gap
    often = f" 보통 {wording.length(gap.total_seconds() / DAY, 'ko')}에 한 번쯤 옵니다." if gap else ""
    gifts = f" 그중 {relationship.gifts}번은 선물이었습니다." if relationship.gifts else ""
    return f"지금까지 {relationship.orders:,}번 구매, 모두 {_total(relationship, 'ko')}.{often}{gifts}"


def _bought_english(relationship: Relationship) -> str:
    if not relationship.orders:
        return "No purchase yet."
    gap = relationship.usual_gap
    often = f", about every {wording.length(gap.total_seconds() / DAY, 'en')}" if gap else ""
    number = "One purchase" if relationship.orders == 1 else f"{relationship.orders:,} purchases"
    gifts = f" {_gifts_english(relationship)}" if relationship.gifts else ""
    return f"{number} so far, {_total(relationship, 'en')} in all{often}.{gifts}"


def _gifts_english(relationship: Relationship) -> str:
    if relationship.orders == 1:
        return "It was a gift."
    return "One of them was a gift." if relationship.gifts == 1 else f"{relationship.gifts} of them were gifts."


def _now_korean(relationship: Relationship) -> str:
    if not relationship.orders:
        return still_a_regular(relationship, "ko")
    days = _days_ago(relationship)
    last = "오늘" if days < 1 else f"{wording.length(days, 'ko')} 전"
    return f"마지막 구매는 {last}입니다. {still_a_regular(relationship, 'ko')}"


def _now_english(relationship: Relationship) -> str:
    if not relationship.orders:
        return still_a_regular(relationship, "en")
    days = _days_ago(relationship)
    last = "today" if days < 1 else f"{wording.length(days, 'en')} ago"
    return f"Last purchase {last}. {still_a_regular(relationship, 'en')}"


def _felt_korean(relationship: Relationship) -> str:
    feeling = relationship.feeling
    if feeling is None:
        return "어떤 마음인지 아직 들은 적이 없습니다."
    return f"마지막으로 안 마음: {FEELINGS[feeling.valence][0]}, {feeling.touchpoint} ({SOURCES[feeling.source][0]})."


def _felt_english(relationship: Relationship) -> str:
    feeling = relationship.feeling
    if feeling is None:
        return "How they feel we have not heard yet."
    return f"Last known feeling: {FEELINGS[feeling.valence][1]}, {feeling.touchpoint} ({SOURCES[feeling.source][1]})."


def _open_korean(relationship: Relationship) -> str:
    parts = []
    if relationship.hurts:
        parts.append(f"풀리지 않은 일 {len(relationship.hurts)}건")
    if relationship.promises:
        late = f" (기한을 넘긴 약속 {len(relationship.late_promises)}건)" if relationship.late_promises else ""
        parts.append(f"지켜야 할 약속 {len(relationship.promises)}건{late}")
    return f"남은 일: {', '.join(parts)}." if parts else "남은 약속이나 풀리지 않은 일이 없습니다."


def _open_english(relationship: Relationship) -> str:
    parts = []
    if relationship.hurts:
        parts.append(_counted(len(relationship.hurts), "hurt to make good", "hurts to make good"))
    if relationship.promises:
        late = f" ({len(relationship.late_promises)} late)" if relationship.late_promises else ""
        parts.append(_counted(len(relationship.promises), "promise to keep", "promises to keep") + late)
    return f"Open: {', '.join(parts)}." if parts else "No promise and no hurt is open."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


KOREAN: tuple[Line, ...] = (_who_korean, _bought_korean, _now_korean, _felt_korean, _open_korean)
ENGLISH: tuple[Line, ...] = (_who_english, _bought_english, _now_english, _felt_english, _open_english)
