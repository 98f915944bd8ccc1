"""How the next page of a web service is found."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from dangol.integrations.data_sources.contracts import Position
from dangol.integrations.data_sources.enums import Paging

NEXT_LINK = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)


def found(body: Any, path: str) -> Any:
    """Return what stands at a path like `data.items` or `pages.0.next`; None if nothing does. No path: all of it."""
    for step in filter(None, path.split(".")):
        if isinstance(body, Mapping):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body


def parameters_of(what: Mapping[str, Any], position: Position) -> dict[str, str]:
    """Return what to ask for beside the address itself, at this position."""
    given: dict[str, str] = {}
    size = int(what.get("page_size") or 0)
    if size and what.get("size_parameter"):
        given[str(what["size_parameter"])] = str(size)
    name = str(what.get("page_parameter") or "")
    match Paging(what.get("paging") or Paging.NONE):
        case Paging.NUMBER:
            given[name or "page"] = str(position.get("page", int(what.get("first_page") or 1)))
        case Paging.OFFSET:
            given[name or "offset"] = str(position.get("offset", 0))
        case Paging.CURSOR if position.get("mark"):
            given[name or "cursor"] = str(position["mark"])
    return given


def next_position(
    what: Mapping[str, Any], position: Position, *, body: Any, headers: Mapping[str, str], count: int
) -> Position | None:
    """Return where the next page is, or None behind the last one."""
    size = int(what.get("page_size") or 0)
    is_short = 0 < count < size
    match Paging(what.get("paging") or Paging.NONE):
        case Paging.NUMBER if not is_short:
            return {"page": position.get("page", int(what.get("first_page") or 1)) + 1}
        case Paging.OFFSET if not is_short:
            return {"offset": position.get("offset", 0) + count}
        case Paging.LINK:
            return _linked(what, position, body, headers)
        case Paging.CURSOR:
            mark = found(body, str(what.get("next_path") or "next_cursor"))
            return {"mark": str(mark)} if mark and str(mark) != position.get("mark") else None
    return None


def _linked(what: Mapping[str, Any], position: Position, body: Any, headers: Mapping[str, str]) -> Position | None:
    path = str(what.get("next_path") or "")
    named = found(body, path) if path else None
    if not path and (match := NEXT_LINK.search(headers.get("link", ""))):
        named = match[1]
    if not isinstance(named, str) or not named:
        return None
    url = urljoin(str(what.get("url") or ""), named)
    return {"url": url} if url != position.get("url") else None
