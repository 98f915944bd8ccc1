"""The same work without what protects it: no walls between workspaces, no audit record."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from benchmarks.harness import Bench

ADDRESS = ("USER", "PASSWORD", "HOST", "PORT", "NAME")


@contextmanager
def unprotected(bench: Bench) -> Iterator[None]:
    """Let this process work as the superuser, whom no policy holds back, and write nothing down."""
    from django.db import connections  # noqa: PLC0415 - Django is set up by now

    from dangol.config.environment import parsed_database_url  # noqa: PLC0415 - as above

    settings = connections.settings["default"]
    walled = {name: settings[name] for name in ADDRESS}
    superuser = parsed_database_url(bench.superuser_url(), pooled=False)
    connections.close_all()
    settings.update({name: superuser[name] for name in ADDRESS})
    try:
        with patch("dangol.workspaces.operations.audit._write"):
            yield
    finally:
        connections.close_all()
        settings.update(walled)
