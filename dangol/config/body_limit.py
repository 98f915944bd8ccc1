"""How much a request may carry, counted while it comes: what is larger never reaches the disk."""

import re

from dangol.config.load import Application, Message, Receive, Scope, Send, answer_plainly
from dangol.kit.uploads import LARGEST, MEGABYTE

MOST = 64 * MEGABYTE
MOST_OF_UPLOADS = LARGEST + MEGABYTE
UPLOADS = re.compile(r"/people/import/|/sources/[0-9a-f-]{36}/files/")
"""The pages that take files of a gigabyte: people, and events of past years."""
REFUSED = "The request is larger than this page takes."


async def limited(application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request on, and answer 413 as soon as it tells or turns out to be too large."""
    left = MOST_OF_UPLOADS if UPLOADS.fullmatch(scope["path"]) else MOST
    if _told(scope) > left:
        await _refuse(send)
        return

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        return message if left >= 0 else {"type": "http.disconnect"}

    await application(scope, counted, send)
    if left < 0:
        await _refuse(send)


def _told(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


async def _refuse(send: Send) -> None:
    await answer_plainly(send, 413, REFUSED, connection="close")
