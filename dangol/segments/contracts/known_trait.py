"""Computed traits of the workspace: what conditions need to know of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class KnownTrait:
    """A trait by its id, with its name and its question as JSON."""

    id: str
    name: str
    question: Mapping[str, Any]
