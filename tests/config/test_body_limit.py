"""Bodies that are too large are cut off while they come, whatever they said of themselves."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from django.urls import reverse

from dangol.config.asgi import application
from dangol.config.body_limit import MOST, MOST_OF_UPLOADS, UPLOADS
from dangol.kit.ids import uuid7

BLOCK = b"x" * 1024**2


def posted(path: str, blocks: int, headers: Iterable[tuple[bytes, bytes]] = ()) -> tuple[int, int]:
    """Post so many megabytes of a form; return the status, and how many of them were taken off the line."""
    taken, answers = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": BLOCK, "more_body": taken < blocks}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"multipart/form-data; boundary=b"), *headers],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    asyncio.run(application(scope, receive, send))
    return next(message["status"] for message in answers if "status" in message), taken


@pytest.mark.shows("5.2.1")
def test_a_body_that_tells_its_size_is_refused_before_it_comes() -> None:
    assert posted("/segments/lists/new/", 1, [(b"content-length", str(MOST + 1).encode())]) == (413, 0)
    assert posted("/people/import/", 1, [(b"content-length", str(MOST_OF_UPLOADS + 1).encode())]) == (413, 0)


@pytest.mark.shows("5.2.1")
@pytest.mark.parametrize("headers", [[], [(b"content-length", b"10")], [(b"content-length", b"-1")]])
def test_a_body_that_does_not_end_is_cut_off(headers: list[tuple[bytes, bytes]]) -> None:
    status, taken = posted("/segments/lists/new/", 10**6, headers)
    assert (status, taken) == (413, 65)


def test_only_pages_of_large_files_take_large_files() -> None:
    assert UPLOADS.fullmatch(reverse("customers:import_upload"))
    assert UPLOADS.fullmatch(reverse("event_files:source", args=[uuid7()]))
    assert not UPLOADS.fullmatch(reverse("customers:new_person"))
