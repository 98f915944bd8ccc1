"""The workspace's own objects: what conditions need to know of one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownObject:
    """An own object and what one or many of its records are called."""

    key: str
    label: str
    plural: str
