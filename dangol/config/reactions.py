"""Who reacts to what. The one table: fact → jobs, deferred on the transaction that published the fact."""

from typing import Any

from dangol.kit.fact import Fact
from dangol.kit.jobs import Job

REACTIONS: dict[type[Fact], list[Job[Any]]] = {}
