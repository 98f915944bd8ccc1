"""What the builder shows for a condition: a row of inputs, described by the condition's class."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dangol.segments.contracts.known_field import KnownField
from dangol.segments.contracts.known_object import KnownObject
from dangol.segments.contracts.known_trait import KnownTrait
from dangol.segments.contracts.subject import Subject


@dataclass(frozen=True)
class Choice:
    """One option of a select, and the names that it had before, in small letters."""

    value: str
    label: str
    former: Collection[str] = ()


@dataclass(frozen=True)
class Input:
    """
    One input of a condition row.

    `kind` is select, text, whole, number, date or link; `label` is read out, `before` and `after` are shown around it.
    `reshapes` says that other inputs depend on this one; `hints` are offered while typing; `suggestions` is where the
    names that a link may lead to are asked for. An input that only shapes the row is not `stored` in the definition.
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
    suggestions: str = ""

    def value_in(self, values: Mapping[str, str]) -> str:
        """Return what the input shows: what was filled in, else what a new row begins with."""
        filled = values.get(self.name)
        if self.kind != "select":
            return self.default if filled is None else filled
        options = [choice.value for choice in self.choices]
        if filled in options:
            return str(filled)
        if filled and (heir := next((one.value for one in self.choices if filled.casefold() in one.former), "")):
            return heir
        return self.default if self.default in options else next(iter(options), "")


def arranged(inputs: Sequence[Input], order: str) -> list[Input]:
    """Put inputs into the order of words of the active language, given by their names; others keep their place."""
    names = order.split()

    def place(part: Input) -> int:
        name = part.name.partition(".")[0]
        return names.index(name) if name in names else len(names)

    return sorted(inputs, key=place)


def several_inputs(part: Input, values: Mapping[str, str]) -> list[Input]:
    """Return an input for each of the values `name.0`, `name.1`, …, and an empty one for the next."""
    begins = f"{part.name}."
    filled = [int(key.removeprefix(begins)) for key, value in values.items() if key.startswith(begins) and value]
    return [replace(part, name=f"{begins}{place}", reshapes=True) for place in range(max(filled, default=-1) + 2)]


@dataclass(frozen=True)
class Offers:
    """
    What this workspace has to choose from, for a definition about people, companies or records.

    `bounds_rights` says that the definition is to bound a right, which not every condition can.
    """

    about: Subject = Subject.PERSON
    has_reader: bool = False
    bounds_rights: bool = False
    members: Sequence[Choice] = ()
    segments: Sequence[Choice] = ()
    tags: Sequence[Choice] = ()
    lists: Sequence[Choice] = ()
    traits: Sequence[KnownTrait] = ()
    events: Sequence[Choice] = ()
    fields: Sequence[str] = ()
    known: Sequence[KnownField] = ()
    objects: Sequence[KnownObject] = ()
    currency: str = "KRW"
    suggestions: dict[tuple[Subject, str], Sequence[str]] = field(default_factory=dict)

    def inside(self, about: Subject) -> "Offers":
        """Return what conditions about others have to choose from."""
        return replace(self, about=about)

    def hints(self, attribute: str) -> Sequence[str]:
        """Return what is offered while an attribute's value is typed; for a link, where its names are asked for."""
        return self.suggestions.get((self.about, attribute), ())
