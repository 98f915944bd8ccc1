"""A source that may send, and ways to send to the real collector."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from dangol.kit import tenancy
from dangol.tracking.models import Source
from dangol.tracking.operations import create_source
from tests.factories import NOW
from tests.people import Cast, make_cast


@dataclass(frozen=True)
class Sender:
    """Somebody with a write key."""

    cast: Cast
    source: Source
    key: str

    @property
    def workspace_id(self) -> UUID:
        return self.cast.workspace.pk


@pytest.fixture
def sender(committed_db: str) -> Sender:
    """Return a source in 지은's workspace, in a database where commits are real."""
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        source, key = create_source(member=cast.admin, name="Web shop", now=NOW)
    return Sender(cast, source, key)
