"""
The addresses in our messages: opt-out, preferences, why, opens, clicks, bounces.

Every address holds a signed token and no personal data. A token names a message, and through it a person and a
purpose; nobody needs to sign in to use it, and nobody can turn it into a token for something else.
"""

from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from dangol.kit.signing import SignedIds, open_ids, sign_for_mail, sign_ids
from dangol.messaging.models import Message
from dangol.messaging.writing.weaving import marked, woven

OPEN = "open"
CLICK = "click"
HONEYPOT = "honeypot"
OPT_OUT = "opt-out"
PREFERENCES = "preferences"
WHY = "why"
CONFIRM = "confirm"
MAIL = "mail"
OPT_OUT_BY_MAIL = "opt-out-by-mail"


def public_urls(message: Message) -> dict[str, str]:
    """Return the addresses that a template may print, by name. The one-click address takes a POST (RFC 8058)."""
    opt_out = _url("opt_out", OPT_OUT, message)
    return {
        "unsubscribe_url": opt_out,
        "one_click_url": opt_out,
        "preferences_url": _url("preferences", PREFERENCES, message),
        "why_url": _url("why", WHY, message),
        "open_url": _url("open", OPEN, message),
    }


def confirm_url(message: Message) -> str:
    """Return the address of the page that asks what a letter of Dangol's own asks. Only its button does anything."""
    return _url("confirm", CONFIRM, message)


class Tracker:
    """
    Leads the web links of one message through our click address, with a pixel and a link that only machines see.

    Links to our own public pages, anchors, mail and phone links stay as they are.
    """

    def __init__(self, message: Message) -> None:
        self._message = message
        self._count = 0

    def lead(self, url: str) -> str:
        if not _is_foreign(url, home=settings.PUBLIC_URL):
            return url
        self._count += 1
        return click_url(url, message=self._message, number=self._count)

    def watchers(self) -> str:
        return _watchers(self._message)


def tracked_html(html: str, *, message: Message) -> str:
    """Return the HTML of a message with its links led and its openings watched."""
    return woven(marked(html), Tracker(message))


def click_url(destination: str, *, message: Message, number: int = 0) -> str:
    """Return the address that notes a click and leads on. The destination is sealed: nobody can lead elsewhere."""
    token = sign_ids(
        purpose=CLICK,
        workspace_id=message.workspace_id,
        row_id=message.pk,
        extra=min(number, 65535).to_bytes(2),
        bound=destination,
    )
    return f"{_address('click', token)}?{_query(destination)}"


def bounce_token(message: Message) -> str:
    """Return the token that replaces `{token}` in the sender's bounce address (VERP)."""
    return sign_for_mail(purpose=MAIL, workspace_id=message.workspace_id, row_id=message.pk)


def bounce_address(message: Message, *, pattern: str) -> str:
    """
    Return the envelope sender of a message.

    :param pattern: the sender's bounce address; `{token}` is replaced, an address without it stays
    """
    return pattern.replace("{token}", bounce_token(message)) if "{token}" in pattern else pattern


@lru_cache(maxsize=1024)
def _query(destination: str) -> str:
    """Return the query of a click address. Most letters lead to the same few places."""
    return urlencode({"u": destination})


def opt_out_address(message: Message, *, pattern: str) -> str:
    """
    Return the mail address whose mail opts a person out (RFC 2369), or nothing if no returned mail is read.

    Its token is of another kind than that in bounces and replies, so that none of those is taken for an opt-out.

    :param pattern: the sender's bounce address, with `{token}`
    """
    if "{token}" not in pattern:
        return ""
    token = sign_for_mail(purpose=OPT_OUT_BY_MAIL, workspace_id=message.workspace_id, row_id=message.pk)
    return pattern.replace("{token}", token)


def header_id(message: Message, *, domain: str) -> str:
    """Return the Message-ID header, in angle brackets. Replies and bounces name it, so it holds the bounce token."""
    return f"<{bounce_token(message)}@{domain}>"


def opened(token: str, purpose: str, *, bound: str = "") -> SignedIds | None:
    """Return the workspace and message that a token of a public address names, or None if it is not ours."""
    return open_ids(token, purpose=purpose, bound=bound)


def _watchers(message: Message) -> str:
    pixel = escape(_url("open", OPEN, message))
    trap = escape(_url("honeypot", HONEYPOT, message))
    return (
        f'<a href="{trap}" aria-hidden="true" tabindex="-1" rel="nofollow" style="display:none"></a>'
        f'<img src="{pixel}" width="1" height="1" alt="" style="border:0">'
    )


def _url(name: str, purpose: str, message: Message) -> str:
    token = sign_ids(purpose=purpose, workspace_id=message.workspace_id, row_id=message.pk)
    return _address(name, token)


def _address(name: str, token: str) -> str:
    before, after = _around_token(name)
    return f"{settings.PUBLIC_URL}{before}{token}{after}"


@lru_cache(maxsize=32)
def _around_token(name: str) -> tuple[str, str]:
    """Return the path around the token. Asking Django for every link would cost more than signing it."""
    before, _token, after = reverse(f"messaging:{name}", args=["TOKEN"]).partition("TOKEN")
    return before, after


@lru_cache(maxsize=1024)
def _is_foreign(url: str, *, home: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return False
    return not url.startswith(f"{home}/m/")
