"""A small map of who has to do with somebody: a picture, computed from the relations that the page lists anyway."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width
from uuid import UUID

from dangol.customers.enums import RelationKind
from dangol.customers.queries.ties import COMPANY, End, Tie, kind_of_end

WIDTH = 720
PILL, CENTRE = 200, 200
PILL_HEIGHT, ROW = 40, 54
MOST_IN_A_COLUMN = 8
MOST_ABOVE = 3
LETTERS, ROLE_LETTERS = 26, 32
POWER = frozenset({RelationKind.DECIDES, RelationKind.INFLUENCES})


@dataclass(frozen=True)
class Pill:
    """One end of relations with the centre. `x`, `y` are its upper left corner; `line` leads to the centre."""

    x: int
    y: int
    label: str
    role: str
    kind: str
    holds: bool
    is_power: bool
    line: str

    @property
    def text_x(self) -> int:
        """The middle of the pill."""
        return self.x + PILL // 2

    @property
    def label_y(self) -> int:
        """The line on which the name stands."""
        return self.y + 17

    @property
    def role_y(self) -> int:
        """The line on which the way stands in which they have to do with each other."""
        return self.y + 32


@dataclass(frozen=True)
class TieMap:
    """The picture. What did not fit is counted in `left_out`."""

    centre: str
    pills: Sequence[Pill]
    height: int
    left_out: int
    width: int = WIDTH
    pill_width: int = PILL
    pill_height: int = PILL_HEIGHT

    @property
    def centre_x(self) -> int:
        return (WIDTH - CENTRE) // 2

    @property
    def centre_y(self) -> int:
        return (self.height - PILL_HEIGHT) // 2

    @property
    def middle_x(self) -> int:
        return WIDTH // 2

    @property
    def middle_y(self) -> int:
        """The line on which the centre's name stands."""
        return self.height // 2 + 5


@dataclass
class _Other:
    """Somebody at the other end, with all that connects."""

    end: End
    ties: list[Tie]

    @property
    def holds(self) -> bool:
        return any(tie.holds for tie in self.ties)

    @property
    def is_power(self) -> bool:
        return any(tie.kind in POWER and tie.holds for tie in self.ties)


def tie_map(centre: End, ties: Sequence[Tie]) -> TieMap | None:
    """Return the picture of these relations, or None where there are none."""
    others = _others(ties)
    if not others:
        return None
    columns: dict[str, list[_Other]] = {"left": [], "right": [], "above": [], "below": []}
    for other in others:
        columns[_place(kind_of_end(centre), other)].append(other)
    shown = {
        place: found[: MOST_ABOVE if place in ("above", "below") else MOST_IN_A_COLUMN]
        for place, found in columns.items()
    }
    side = max(len(shown["left"]), len(shown["right"]), 1) * ROW
    middle = (1 + 2 * max(len(shown["above"]), len(shown["below"]))) * ROW
    height = max(side, middle)
    pills = [pill for place, found in shown.items() for pill in _column(place, found, height)]
    return TieMap(shortened(str(centre), LETTERS), pills, height, len(others) - len(pills))


def shortened(text: str, width: int) -> str:
    """Cut a text to so many half-width letters; a Korean letter takes two."""
    taken = 0
    for index, letter in enumerate(text):
        taken += 2 if east_asian_width(letter) in "WF" else 1
        if taken > width:
            return f"{text[: max(index - 1, 1)]}…"
    return text


def _others(ties: Iterable[Tie]) -> list[_Other]:
    """Gather the relations by who stands at the other end; those that hold come first, as in the list."""
    found: dict[UUID, _Other] = {}
    for tie in ties:
        found.setdefault(tie.other.pk, _Other(tie.other, [])).ties.append(tie)
    return sorted(found.values(), key=lambda other: (not other.holds, not other.is_power))


def _place(centre: str, other: _Other) -> str:
    """Parents stand above, daughters below, who decides on the left; around a person the companies on the right."""
    group = next((tie for tie in other.ties if tie.kind == RelationKind.PART_OF), None)
    if group is not None:
        return "above" if group.is_forward else "below"
    if centre == COMPANY:
        return "left" if any(tie.kind in POWER for tie in other.ties) else "right"
    return "right" if kind_of_end(other.end) == COMPANY else "left"


def _column(place: str, others: Sequence[_Other], height: int) -> list[Pill]:
    """Lay a column out, centred on the middle of the picture or leading away from it."""
    pills = []
    for index, other in enumerate(others):
        if place in ("above", "below"):
            way = -1 if place == "above" else 1
            x, y = (WIDTH - PILL) // 2, (height - PILL_HEIGHT) // 2 + way * (index + 1) * ROW
        else:
            x = 0 if place == "left" else WIDTH - PILL
            y = (height - len(others) * ROW) // 2 + index * ROW + (ROW - PILL_HEIGHT) // 2
        pills.append(_pill(other, x, y, _line(place, x, y, height)))
    return pills


def _line(place: str, x: int, y: int, height: int) -> str:
    """Return the way from the centre to a pill as the path of a curve, or straight up and down."""
    middle, row = height // 2, y + PILL_HEIGHT // 2
    if place in ("above", "below"):
        edge = y + PILL_HEIGHT if place == "above" else y
        return f"M{WIDTH // 2} {middle}V{edge}"
    start = (WIDTH - CENTRE) // 2 if place == "left" else (WIDTH + CENTRE) // 2
    end = x + PILL if place == "left" else x
    bend = (start + end) // 2
    return f"M{start} {middle}C{bend} {middle} {bend} {row} {end} {row}"


def _pill(other: _Other, x: int, y: int, line: str) -> Pill:
    said = list(dict.fromkeys(tie.relation.title or str(tie.kind.label) for tie in other.ties if tie.holds))
    said = said or list(dict.fromkeys(str(tie.kind.label) for tie in other.ties))
    return Pill(
        x, y, shortened(str(other.end), LETTERS), shortened(" · ".join(said), ROLE_LETTERS), kind_of_end(other.end),
        other.holds, other.is_power, line,
    )  # fmt: skip
