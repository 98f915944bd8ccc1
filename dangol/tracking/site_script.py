"""The script that other people's sites load. Its address never changes, so that browsers ask again once a day."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from dangol import ui
from dangol.tracking.replies import CORS, Reply

SCRIPT_PATH = "/v1/dangol.js"
BUILT = Path(ui.__file__).parent / "static" / "dist" / "sdk.js"
CACHED = b"public, max-age=86400, stale-while-revalidate=604800"


def site_script(*, accept_encoding: str, if_none_match: str) -> Reply:
    """Return the script, packed for those who can unpack it, or nothing for those who have it already."""
    body, packed, tag = _script()
    headers = [*CORS, (b"cache-control", CACHED), (b"etag", tag.encode()), (b"vary", b"accept-encoding")]
    if if_none_match == tag:
        return Reply(304, headers, b"")
    headers += [
        (b"content-type", b"text/javascript; charset=utf-8"),
        (b"cross-origin-resource-policy", b"cross-origin"),
    ]
    if "gzip" in accept_encoding:
        headers.append((b"content-encoding", b"gzip"))
        body = packed
    return Reply(200, [*headers, (b"content-length", str(len(body)).encode())], body)


@lru_cache(maxsize=1)
def _script() -> tuple[bytes, bytes, str]:
    body = BUILT.read_bytes()
    return body, gzip.compress(body, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:16]}"'
