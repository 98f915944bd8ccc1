"""How the fields of a person are masked."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dangol.kit.masking import OWN_FIELD, Masked, masked_day, masked_email, masked_phone

MASKS: Final[Mapping[str, Callable[[Any], Masked]]] = {
    "email": masked_email,
    "phone": masked_phone,
    "born_on": masked_day,
}
OF_PEOPLE: Final = frozenset({"person", "identity", "contact_point"})
"""Kinds of rows whose history tells fields of a person."""


def put_masks(values: dict[str, Any], names: frozenset[str]) -> bool:
    """Mask columns of a person by name, take own fields out of `fields`, and return whether there was anything."""
    found = [name for name in MASKS.keys() & names if values.get(name)]
    for name in found:
        values[name] = MASKS[name](values[name])
    own = values.get("fields") or {}
    hidden = [key for key in own if f"{OWN_FIELD}{key}" in names]
    if hidden:
        values["fields"] = {key: value for key, value in own.items() if key not in hidden}
    return bool(found or hidden)


def mask_value_of(row: Any, names: frozenset[str]) -> bool:
    """Mask the value of a row whose kind says of which field it is one more."""
    held = vars(row)
    if held.get("kind") not in MASKS.keys() & names or not held.get("value"):
        return False
    row.value = MASKS[row.kind](row.value)
    return True


def mask_history(told: dict[str, Any], names: frozenset[str]) -> bool:
    """Mask what a line of the history tells: columns of a person, and the value of a way to reach somebody."""
    reaches = bool(told.get("value")) and bool({"email", "phone"} & names)
    if reaches:
        told["value"] = Masked("***")
    return put_masks(told, names) or reaches
