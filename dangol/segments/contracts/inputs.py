"""What the builder shows for a condition: a row of inputs, described by the condition's class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dangol.segments.contracts.known_field import KnownField


@dataclass(frozen=True)
class Choice:
    """One option of a select."""

    value: str
    label: str


@dataclass(frozen=True)
class Input:
    """
    One input of a condition row.

    `kind` is select, text, whole, number or date; `label` is read out, `before` and `after` are shown around it.
    `reshapes` says that other inputs depend on this one; `hints` are offered while typing. An input that only shapes
    the row is not `stored` in the definition.
    """

    name: str
    kind: str
    label: str
    choices: Sequence[Choice] = ()
    hints: Sequence[str] = ()
    before: str = ""
    after: str = ""
    reshapes: bool = False
    default: str = ""
    stored: bool = True

    def value_in(self, values: Mapping[str, str]) -> str:
        """Return what the input shows: what was filled in, else what a new row begins with."""
        filled = values.get(self.name)
        if self.kind != "select":
            return self.default if filled is None else filled
        options = [choice.value for choice in self.choices]
        if filled in options:
            return str(filled)
        return self.default if self.default in options else next(iter(options), "")


def arranged(inputs: Sequence[Input], order: str) -> list[Input]:
    """Put inputs into the order of words of the active language, given by their names; others keep their place."""
    names = order.split()
    return sorted(inputs, key=lambda part: names.index(part.name) if part.name in names else len(names))


@dataclass(frozen=True)
class Offers:
    """What this workspace has to choose from."""

    members: Sequence[Choice] = ()
    segments: Sequence[Choice] = ()
    events: Sequence[str] = ()
    fields: Sequence[str] = ()
    known: Sequence[KnownField] = ()
    currency: str = "KRW"
    suggestions: dict[str, Sequence[str]] = field(default_factory=dict)
