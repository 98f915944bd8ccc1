"""
The mail as bytes.

Written by hand for speed: the standard library's builder takes longer than the network. Every header value is
cleaned of line breaks, so that no name can smuggle in another header.
"""

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

from dangol.messaging.writing.compiled import Rendered

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
LINE_LETTERS = 76
WORD_BYTES = 42
"""So many bytes of text fit into one encoded word of at most 75 characters."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """From whom to whom, and what mail servers and programs should know."""

    sender_name: str
    sender_email: str
    to_name: str
    to_email: str
    message_id: str
    date: datetime
    headers: dict[str, str] = field(default_factory=dict)


def build_mail(envelope: Envelope, rendered: Rendered) -> bytes:
    """Return a mail with a plain and an HTML part, in lines that any server accepts."""
    boundary = f"=_{sha256(envelope.message_id.encode()).hexdigest()[:32]}"
    headers = {
        "From": _same_for_all(envelope.sender_name, envelope.sender_email),
        "To": _mailbox(envelope.to_name, envelope.to_email),
        "Subject": encoded(rendered.subject),
        "Date": _date(envelope.date),
        "Message-ID": _clean(envelope.message_id),
        **{name: _clean(value) for name, value in envelope.headers.items()},
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    parts = (_part("text/plain", rendered.text), _part("text/html", rendered.html))
    body = "".join(f"--{boundary}\r\n{part}" for part in parts)
    return f"{head}\r\n{body}--{boundary}--\r\n".encode("ascii")


def encoded(text: str) -> str:
    """Return a header text as ASCII; anything else becomes encoded words (RFC 2047), folded."""
    clean = _clean(text)
    if _is_plain(clean):
        return clean
    raw = clean.encode("utf-8", "replace")
    words = [raw] if len(raw) <= WORD_BYTES else _in_words(clean)
    return "\r\n ".join([f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in words])


def _in_words(text: str) -> list[bytes]:
    """Cut between letters, never inside of one: a mail program decodes each word by itself."""
    words, word = [], b""
    for letter in text:
        raw = letter.encode("utf-8", "replace")
        if len(word) + len(raw) > WORD_BYTES:
            words.append(word)
            word = b""
        word += raw
    return [*words, word]


def _mailbox(name: str, address: str) -> str:
    clean = _clean(name)
    if not clean:
        return f"<{_clean(address)}>"
    if _is_plain(clean):
        quoted = clean.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{_clean(address)}>'
    return f"{encoded(clean)} <{_clean(address)}>"


_same_for_all = lru_cache(maxsize=256)(_mailbox)
_date = lru_cache(maxsize=16)(format_datetime)


def _is_plain(clean: str) -> bool:
    return clean.isascii() and clean.isprintable() and "=?" not in clean


def _clean(value: str) -> str:
    return value.strip() if value.isprintable() else CONTROL.sub(" ", value).strip()


def _part(kind: str, text: str) -> str:
    packed = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    body = "\r\n".join([packed[at : at + LINE_LETTERS] for at in range(0, len(packed), LINE_LETTERS)])
    return f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n"
