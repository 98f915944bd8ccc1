"""How a person is named and addressed, from what is known of the name's parts."""

from dangol.customers.models import Person
from dangol.kit.names import HANGUL, NameParts, addressed, split_name


def name_parts(person: Person) -> NameParts:
    """Return the parts of a name: as a source told them apart, else as the whole name reads."""
    if not (person.family_name or person.given_name):
        parts = split_name(person.name)
        if not person.honorific:
            return parts
        return NameParts(parts.family, parts.given, person.honorific, is_korean=parts.is_korean)
    is_korean = bool(HANGUL.fullmatch((person.family_name + person.given_name).replace(" ", "")))
    return NameParts(person.family_name, person.given_name, person.honorific, is_korean=is_korean)


def called(person: Person, language: str) -> str:
    """Return how to address a person in a text of this language: 김하늘 님, Dana."""
    return addressed(name_parts(person), language)
