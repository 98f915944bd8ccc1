"""
Reading of mail that comes back: delivery reports (RFC 3464), complaints (RFC 5965), automatic answers and replies.

Nothing here looks at the database, and nothing in a mail is believed but a token that we sealed ourselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import getaddresses, parseaddr

from dangol.kit.signing import MailIds, open_from_mail
from dangol.messaging.links import MAIL, OPT_OUT_BY_MAIL

TOKEN = re.compile(r"(?<![a-z0-9])[a-z2-7]{50}(?![a-z0-9])", re.IGNORECASE)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
NO_SUCH_USER = re.compile(
    r"user unknown|unknown user|no such user|no such recipient|does not exist|unknown recipient|invalid recipient|"
    r"recipient rejected|address rejected|mailbox unavailable|mailbox not found|unrouteable|no mailbox",
    re.IGNORECASE,
)
GONE = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
"""Enhanced status codes (RFC 3463) that say the address, its domain or its mailbox is not there."""
VAGUE = frozenset({"", "5.0.0"})

ADDRESSEES = ("Delivered-To", "X-Original-To", "X-Envelope-To", "To", "Cc")
ANSWERED = ("In-Reply-To", "References")


@dataclass(frozen=True)
class DeliveryReport:
    """What a mail server says became of one recipient."""

    action: str
    status: str
    recipient: str
    original_recipient: str
    diagnostic: str

    @property
    def is_final(self) -> bool:
        """The server has given up."""
        return self.action == "failed"

    @property
    def is_hard(self) -> bool:
        """The address will never work: writing to it again harms the sender's name."""
        if not self.is_final:
            return False
        return self.status in GONE or (self.status in VAGUE and bool(NO_SUCH_USER.search(self.diagnostic)))


def parsed(raw: bytes) -> Mail:
    """Return the mail; broken mail is read as far as it goes."""
    return message_from_bytes(raw)


def delivery_reports(mail: Mail) -> list[DeliveryReport]:
    """Return one report per recipient of a delivery status notification; nothing for any other mail."""
    if not _is_report(mail, "delivery-status"):
        return []
    return [
        _report(fields)
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status"
        for fields in _blocks(part)
        if fields["Action"] and (fields["Final-Recipient"] or fields["Original-Recipient"])
    ]


def complaint_type(mail: Mail) -> str:
    """Return the type of a feedback report, such as `abuse` or `not-spam`; empty for any other mail."""
    if not _is_report(mail, "feedback-report"):
        return ""
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            for fields in _blocks(part):
                if kind := _text(fields, "Feedback-Type"):
                    return kind.lower()
    return "abuse"


def is_automatic(mail: Mail) -> bool:
    """Return whether a machine wrote it: out of office, list traffic, or a report (RFC 3834)."""
    if _text(mail, "Auto-Submitted").partition(";")[0].strip().lower() not in {"", "no"}:
        return True
    if _text(mail, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    if any(mail[name] is not None for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")):
        return True
    sender = parseaddr(_text(mail, "From"))[1].partition("@")[0].lower()
    return _text(mail, "Return-Path") == "<>" or sender in {"mailer-daemon", "postmaster"}


def message_of_report(mail: Mail) -> MailIds | None:
    """Return the message that a report is about: by the address it came to (VERP), else by the mail inside it."""
    return _first(_addressed_tokens(mail)) or _first(_enclosed_tokens(mail))


def message_answered(mail: Mail) -> MailIds | None:
    """Return the message that a reply answers: by the Message-ID it names, else by the address it came to."""
    named = (token for name in ANSWERED for token in TOKEN.findall(_text(mail, name)))
    return _first(named) or _first(_addressed_tokens(mail))


def message_opted_out_of(mail: Mail) -> MailIds | None:
    """Return the message whose opt-out address a mail came to. What it says does not matter."""
    return _first(_addressed_tokens(mail), purpose=OPT_OUT_BY_MAIL)


def own_id(mail: Mail) -> str:
    """Return the mail's own Message-ID."""
    return _text(mail, "Message-ID")[:300]


def _is_report(mail: Mail, kind: str) -> bool:
    declared = mail.get_param("report-type")
    return mail.get_content_type() == "multipart/report" and str(declared or "").lower() == kind


def _blocks(part: Mail) -> list[Mail]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Mail)] if isinstance(payload, list) else []


def _report(fields: Mail) -> DeliveryReport:
    diagnostic = _text(fields, "Diagnostic-Code")
    status = _status(_text(fields, "Status"))
    if status in VAGUE:
        status = _status(diagnostic) or status
    return DeliveryReport(
        action=_text(fields, "Action").lower(),
        status=status,
        recipient=_address(_text(fields, "Final-Recipient")),
        original_recipient=_address(_text(fields, "Original-Recipient")),
        diagnostic=diagnostic[:500],
    )


def _status(text: str) -> str:
    found = STATUS.search(text)
    return found[0] if found else ""


def _address(field: str) -> str:
    """Return the address of `rfc822; someone@example.com`."""
    return field.rpartition(";")[2].strip().strip("<>").lower()[:320]


def _addressed_tokens(mail: Mail) -> Iterator[str]:
    values = [str(value) for name in ADDRESSEES for value in mail.get_all(name, [])]
    for _name, address in getaddresses(values):
        yield from TOKEN.findall(address.partition("@")[0])


def _enclosed_tokens(mail: Mail) -> Iterator[str]:
    """Tokens of the original mail: its Message-ID, or its envelope sender as a complaint quotes it."""
    for part in mail.walk():
        if part is mail:
            continue
        for name in ("Message-ID", "Return-Path", "Original-Mail-From"):
            yield from TOKEN.findall(_text(part, name))
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            yield from _enclosed_headers(payload if isinstance(payload, bytes) else b"")


def _enclosed_headers(raw: bytes) -> Iterator[str]:
    headers = message_from_bytes(raw)
    for name in ("Message-ID", "Return-Path"):
        yield from TOKEN.findall(_text(headers, name))


def _first(tokens: Iterator[str], *, purpose: str = MAIL) -> MailIds | None:
    return next((ids for token in tokens if (ids := open_from_mail(token, purpose=purpose))), None)


def _text(mail: Mail, name: str) -> str:
    """Return a header on one line, without what a database or a log cannot hold."""
    return " ".join(str(mail.get(name, "")).replace("\x00", "").split())
