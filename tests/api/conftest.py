"""Programs that ask the API, each with a key of its member."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone

from dangol.api.limits import forget_counts
from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models import Member
from dangol.workspaces.operations import make_api_key
from tests.conftest import MemberClient


@dataclass
class Program:
    """A program with a key. Paths begin behind /api/v1/."""

    secret: str
    language: str = "en"
    client: MemberClient = field(default_factory=MemberClient)

    def ask(self, method: str, path: str, content: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if content is None:
            return self.client.generic(method, f"/api/v1/{path}", headers=sent)
        if isinstance(content, bytes):
            return self.client.generic(
                method, f"/api/v1/{path}", content, content_type="application/json", headers=sent
            )
        request = getattr(self.client, method.lower())
        return request(f"/api/v1/{path}", content, content_type="application/json", headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, content: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, content, **headers)

    def patch(self, path: str, content: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, content, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)


ProgramOf = Callable[..., Program]


@pytest.fixture
def program_of() -> Iterator[ProgramOf]:
    """Return a function that makes a key for a member, and a program that has it."""

    def make(member: Member, *, scope: KeyScope = KeyScope.WRITE, language: str = "en") -> Program:
        with tenancy.workspace(member.workspace_id):
            _key, secret = make_api_key(
                by=member, name="ERP", member=member, scope=scope, expires_at=None, now=timezone.now()
            )
        return Program(secret, language)

    forget_counts()
    yield make
    forget_counts()
