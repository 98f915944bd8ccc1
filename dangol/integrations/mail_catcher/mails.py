"""Reading what the mail catcher kept, newest first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path
from typing import Any

NAME = re.compile(r"^[0-9a-f]{32}$")
SHARD = re.compile(r"^[0-9a-f]{8}$")
PARSER = BytesParser(policy=policy.default)
HEADERS_ONLY = BytesHeaderParser(policy=policy.default)


@dataclass(frozen=True)
class CaughtMail:
    """One mail as the inbox lists it."""

    name: str
    sender: str
    recipient: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class MailPage:
    """One page of the inbox. `next_after` leads to the older ones, or is None at the end."""

    items: list[CaughtMail]
    next_after: str | None
    is_first: bool


@dataclass(frozen=True)
class OpenMail:
    """One mail, whole."""

    head: CaughtMail
    headers: list[tuple[str, str]]
    text: str
    html: str


def newest_mails(directory: Path, *, after: str | None = None, size: int = 50) -> MailPage:
    """Return a page of the inbox. Only the files of this page are opened, however many there are."""
    cursor = after if after and NAME.match(after) else None
    names = []
    for name in _names(directory, cursor):
        names.append(name)
        if len(names) > size:
            break
    items = [_head(name, _path(directory, name)) for name in names[:size]]
    return MailPage(items, names[size - 1] if len(names) > size else None, is_first=cursor is None)


def open_mail(directory: Path, name: str) -> OpenMail | None:
    """Return one mail, or None if there is none of this name."""
    if not NAME.match(name) or not _path(directory, name).is_file():
        return None
    path = _path(directory, name)
    mail = PARSER.parsebytes(path.read_bytes())
    return OpenMail(
        head=_head(name, path),
        headers=[(key, str(value)) for key, value in mail.items()],
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
    )


def _names(directory: Path, cursor: str | None) -> Iterator[str]:
    if not directory.is_dir():
        return
    shards = sorted((entry.name for entry in directory.iterdir() if SHARD.match(entry.name)), reverse=True)
    for shard in shards:
        if cursor and shard > cursor[:8]:
            continue
        names = (entry.stem for entry in (directory / shard).iterdir() if entry.suffix == ".eml")
        yield from sorted((name for name in names if NAME.match(name) and (not cursor or name < cursor)), reverse=True)


def _path(directory: Path, name: str) -> Path:
    return directory / name[:8] / f"{name}.eml"


def _head(name: str, path: Path) -> CaughtMail:
    with path.open("rb") as file:
        headers = HEADERS_ONLY.parse(file)
    return CaughtMail(
        name=name,
        sender=_text(headers, "From"),
        recipient=_text(headers, "Delivered-To") or _text(headers, "To"),
        subject=_text(headers, "Subject"),
        at=datetime.fromtimestamp(int(name[:12], 16) / 1000, UTC),
    )


def _text(headers: Any, name: str) -> str:
    return str(headers.get(name, ""))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
