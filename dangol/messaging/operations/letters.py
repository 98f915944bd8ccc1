"""From a message row to the bytes of a mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dangol.messaging import links
from dangol.messaging.contracts import MARKETING
from dangol.messaging.models import Message, Sender, TemplateVersion
from dangol.messaging.queries.notice_words import NoticeWords
from dangol.messaging.transport import Letter
from dangol.messaging.writing import Envelope, Reader, build_mail, compile_version


class Writer:
    """Writes the mails of one house."""

    def __init__(self, sender: Sender, *, now: datetime, words: Mapping[UUID, NoticeWords] | None = None) -> None:
        self._sender = sender
        self._words = words or {}
        self._now = now
        self._domain = sender.email.rpartition("@")[2]

    def write(self, message: Message, version: TemplateVersion) -> Letter:
        """
        Return the mail for a message whose person is loaded.

        :raises TemplateProblem: if the text cannot be filled in for this person
        """
        urls = links.public_urls(message)
        compiled = compile_version(version, purpose=version.template.purpose)
        values: dict[str, Any] = dict(urls)
        if words := self._words.get(message.pk):
            values |= {"notice": words.values(), "confirm_url": links.confirm_url(message)}
        rendered = compiled.render(
            reader=Reader.of(message.person), sender=self._sender, urls=values, weaver=links.Tracker(message)
        )
        mail = build_mail(self._envelope(message, urls), rendered)
        return Letter(
            message_id=message.pk,
            person_id=message.person_id,
            claimed_at=self._now,
            sender=self._return_path(message),
            recipient=message.address,
            subject=rendered.subject,
            channel=message.channel,
            purpose=message.purpose,
            mail=mail,
        )

    def _envelope(self, message: Message, urls: dict[str, str]) -> Envelope:
        headers = {"Feedback-ID": f"{message.origin_id}:{message.purpose}:{message.workspace_id}:dangol"}
        if message.purpose == MARKETING:
            headers["List-Unsubscribe"] = self._ways_out(message, urls)
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        else:
            headers["Auto-Submitted"] = "auto-generated"
        return Envelope(
            sender_name=self._sender.name,
            sender_email=self._sender.email,
            to_name=message.person.name,
            to_email=message.address,
            message_id=links.header_id(message, domain=self._domain),
            date=self._now,
            headers=headers,
        )

    def _ways_out(self, message: Message, urls: dict[str, str]) -> str:
        """Return the one-click address first; programs that cannot post may write a mail."""
        address = links.opt_out_address(message, pattern=self._sender.bounce_address)
        by_mail = f", <mailto:{address}?subject=unsubscribe>" if address else ""
        return f"<{urls.get('one_click_url', urls['unsubscribe_url'])}>{by_mail}"

    def _return_path(self, message: Message) -> str:
        pattern = self._sender.bounce_address or self._sender.email
        return links.bounce_address(message, pattern=pattern)
