"""A template, read once and filled many times."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dangol.customers.models import Person
from dangol.customers.queries import name_parts
from dangol.kit.names import addressed
from dangol.messaging.contracts import MARKETING
from dangol.messaging.models import Sender, TemplateVersion
from dangol.messaging.writing.errors import TemplateProblem
from dangol.messaging.writing.filling import Filling
from dangol.messaging.writing.legal import labelled, with_preview, with_signature
from dangol.messaging.writing.liquid import fill, parse
from dangol.messaging.writing.mjml import check_structure, to_html, to_text
from dangol.messaging.writing.once import agree, html_with_liquid, samples
from dangol.messaging.writing.weaving import Weaver, marked, unmarked, woven

HOUSE = ("name", "email", "phone", "address")
PERSON = ("name", "family_name", "given_name", "honorific", "called", "email", "city", "country", "language")
URLS = ("unsubscribe_url", "one_click_url", "preferences_url", "why_url", "open_url")


@dataclass(frozen=True)
class Rendered:
    """A mail as one person gets it."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What a text may know about the one who reads it. `called` is how they are addressed: 김하늘 님, Dana."""

    name: str
    family_name: str = ""
    given_name: str = ""
    honorific: str = ""
    called: str = ""
    email: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    fields: Mapping[str, Any]

    @classmethod
    def of(cls, person: Person) -> "Reader":
        parts = name_parts(person)
        return cls(
            name=person.name,
            family_name=parts.family,
            given_name=parts.given,
            honorific=parts.honorific,
            called=addressed(parts, person.language or ("ko" if parts.is_korean else "en")),
            email=person.email,
            city=person.city,
            country=person.country,
            language=person.language,
            fields=person.fields,
        )

    @property
    def is_abroad(self) -> bool:
        return self.country not in {"", "KR"} and self.language not in {"", "ko"}


class CompiledTemplate:
    """
    One wording: Liquid in subject, body and plain text, with the legal form built in.

    `is_quick` says that its MJML was turned into HTML once for all letters.

    :raises TemplateProblem: on making, if the Liquid or the MJML is wrong
    """

    def __init__(self, *, subject: str, preheader: str, body: str, purpose: str) -> None:
        self.is_marketing = purpose == MARKETING
        parse(body, part="body", html=True)
        check_structure(body)
        parse(preheader, part="preheader", html=True)
        whole = with_signature(with_preview(body, preheader), marketing=self.is_marketing)
        self.subject = parse(subject, part="subject")
        self.body = parse(whole, part="body", html=True)
        self.text = parse(to_text(whole), part="body")
        self._html = self._quick_way(whole)

    @property
    def is_quick(self) -> bool:
        return self._html is not None

    def render(
        self, *, reader: Reader, sender: Sender, urls: Mapping[str, str], weaver: Weaver | None = None
    ) -> Rendered:
        """
        Return the mail for one reader.

        :param urls: the reader's own public addresses, by name
        :param weaver: leads the links of a letter that is really sent, and watches it
        :raises TemplateProblem: if a value does not fit, or the filled text is no MJML any more
        """
        values = _values(reader, sender, urls)
        subject = " ".join(fill(self.subject, values, part="subject").split())
        if self.is_marketing and not reader.is_abroad:
            subject = labelled(subject)
        html = fill(self._html, values, part="body") if self._html is not None else self._slow_way(values)
        html = woven(html, weaver) if weaver else unmarked(html)
        return Rendered(subject=subject, html=html, text=fill(self.text, values, part="body"))

    def _slow_way(self, values: dict[str, Any]) -> str:
        return marked(to_html(fill(self.body, values, part="body")))

    def _quick_way(self, whole: str) -> Filling | None:
        """Return the HTML with its Liquid in place, marked for weaving, if it says the same as the slow way."""
        html = html_with_liquid(whole, to_html, marked)
        if html is None:
            return None
        try:
            filling = parse(html, part="body", html=True)
        except TemplateProblem:
            return None
        same = agree(
            self._slow_way,
            lambda values: fill(filling, values, part="body"),
            samples({"person": PERSON, "shop": HOUSE, "sender": HOUSE}, URLS),
        )
        return filling if same else None


@lru_cache(maxsize=64)
def _compiled(_version_id: object, subject: str, preheader: str, body: str, purpose: str) -> CompiledTemplate:
    return CompiledTemplate(subject=subject, preheader=preheader, body=body, purpose=purpose)


def compile_version(version: TemplateVersion, *, purpose: str) -> CompiledTemplate:
    """Return the compiled wording. Versions never change, so it is kept."""
    return _compiled(version.pk, version.subject, version.preheader, version.body, purpose)


def _values(reader: Reader, sender: Sender, urls: Mapping[str, str]) -> dict[str, Any]:
    shop = {"name": sender.name, "email": sender.email, "phone": sender.phone, "address": sender.postal_address}
    person = {
        "name": reader.name,
        "family_name": reader.family_name,
        "given_name": reader.given_name,
        "honorific": reader.honorific,
        "called": reader.called,
        "email": reader.email,
        "city": reader.city,
        "country": reader.country,
        "language": reader.language,
        "fields": reader.fields,
    }
    return {"person": person, "shop": shop, "sender": shop, **urls}
