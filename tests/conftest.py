"""Fixtures that every test may use."""

import gc
import os
import socket
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.utils import timezone, translation
from pytest_django.plugin import DjangoDbBlocker

from dangol.kit import tenancy
from dangol.workspaces.models import Member, SignInRules
from dangol.workspaces.sessions import begin_session, note_use
from tests import databases
from tests.installations import prepared_once
from tests.people import Cast, make_cast


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def point_at(name: str) -> None:
    """Make Django's one connection use this scratch database, as the runtime role."""
    connections.close_all()
    parts = urlsplit(databases.url_of(databases.RUNTIME, name))
    target = {
        "NAME": name,
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": str(parts.port),
    }
    connections.settings["default"].update(target)
    connection.settings_dict.update(target)
    os.environ["DATABASE_RUNTIME_URL"] = databases.url_of(databases.RUNTIME, name)
    os.environ["DATABASE_OWNER_URL"] = databases.url_of(databases.OWNER, name)


hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave what is loaded for the tests out of the search for garbage, which took a seventh of the loading."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.enable()
    return result


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Start every test in English and in UTC, whatever the requests of an earlier test left behind."""
    with translation.override("en"), timezone.override(UTC):
        yield


@pytest.fixture(scope="session")
def worker_database() -> Iterator[str]:
    """Return the name of this test process's own database."""
    name = f"dangol_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    databases.clone(name)
    yield name
    databases.drop(name)


@pytest.fixture(scope="session")
def django_db_setup(worker_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replace pytest-django's set-up: tests run as the walled-in runtime role."""
    with django_db_blocker.unblock():
        point_at(worker_database)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(scope="session")
def prepared_installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation of which tests run copies, the same one in all test processes."""
    place = tmp_path_factory.getbasetemp()
    return prepared_once(place.parent if "PYTEST_XDIST_WORKER" in os.environ else place)


@pytest.fixture
def committed_db(worker_database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Give a test a database of its own in which commits are real: for threads, other processes and crashes."""
    name = f"{worker_database}_committed"
    databases.clone(name)
    with django_db_blocker.unblock():
        point_at(name)
        yield name
        point_at(worker_database)
    databases.drop(name)


@pytest.fixture
def cast(db: None) -> Cast:
    """Return 지은, 민수, Dana, Lee and their workspaces, inside the test's transaction."""
    made = make_cast()
    tenancy.leave_workspace()
    return made


@pytest.fixture
def inside(cast: Cast) -> Iterator[Cast]:
    """Like `cast`, with the test itself inside the first workspace."""
    with tenancy.workspace(cast.workspace.pk):
        yield cast


class MemberClient(Client):
    """A browser that starts each request outside of every workspace, as a real one does."""

    def request(self, **request: Any) -> Any:
        if connection.in_atomic_block:
            before = tenancy.current_workspace()
            tenancy.leave_workspace()
            tenancy.enter_user("00000000-0000-0000-0000-000000000000")
            response = super().request(**request)
            tenancy.enter_workspace(before) if before else tenancy.leave_workspace()
            return response
        return super().request(**request)


def signed_in(member: Member) -> MemberClient:
    """Return a browser in which a member has just signed in."""
    client = MemberClient()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["workspace_id"] = str(member.workspace_id)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(member.user_id)
    begin_session(session, address="127.0.0.1", device="", now=timezone.now())
    note_use(session, rules=[SignInRules()], now=timezone.now())
    session.save()
    return client


@pytest.fixture
def client_of() -> Callable[[Member], MemberClient]:
    """Return a function that signs a member in."""
    return signed_in


@pytest.fixture
def in_workspace() -> Callable[[Member], AbstractContextManager[None]]:
    """Return a context manager that enters a member's workspace."""
    return lambda member: tenancy.workspace(member.workspace_id)
