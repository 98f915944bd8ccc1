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
from hashlib import sha256

from dangol.messaging.writing.compiled import Rendered

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
ASCII_WORD = re.compile(r"^[\x20-\x7e]*$")
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
        "From": _mailbox(envelope.sender_name, envelope.sender_email),
        "To": _mailbox(envelope.to_name, envelope.to_email),
        "Subject": encoded(rendered.subject),
        "Date": format_datetime(envelope.date),
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
    if ASCII_WORD.match(clean) and "=?" not in clean:
        return clean
    words, word = [], b""
    for letter in clean:
        raw = letter.encode("utf-8", "replace")
        if len(word) + len(raw) > WORD_BYTES:
            words.append(word)
            word = b""
        word += raw
    words.append(word)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in words)


def _mailbox(name: str, address: str) -> str:
    clean = _clean(name)
    if not clean:
        return f"<{_clean(address)}>"
    if ASCII_WORD.match(clean) and "=?" not in clean:
        quoted = clean.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{_clean(address)}>'
    return f"{encoded(clean)} <{_clean(address)}>"


def _clean(value: str) -> str:
    return CONTROL.sub(" ", value).strip()


def _part(kind: str, text: str) -> str:
    packed = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    body = "".join(f"{packed[at : at + LINE_LETTERS]}\r\n" for at in range(0, len(packed), LINE_LETTERS))
    return f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
