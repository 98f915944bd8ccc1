"""What a holder of a message's link may see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dangol.customers.enums import Channel, Purpose
from dangol.customers.models import Consent
from dangol.kit import tenancy
from dangol.kit.signing import SignedIds
from dangol.messaging.models import Message, Sender
from dangol.workspaces.models import Workspace

CHOOSABLE = (Purpose.MARKETING, Purpose.SERVICE)
"""Purposes that a person may switch off. What belongs to a purchase of theirs is always sent."""
ASKABLE = ("access", "erasure")
"""Rights that a person may ask for over a link; everything else is told to staff."""


@dataclass(frozen=True)
class Switch:
    """One purpose and channel on the preference page."""

    purpose: Purpose
    channel: Channel
    is_on: bool

    @property
    def name(self) -> str:
        """The name of its input."""
        return f"{self.purpose.value}-{self.channel.value}"


def message_named_by(ids: SignedIds) -> Message | None:
    """
    Enter the workspace that a signed token names and return the message, or None if it is gone.

    The only door to a tenant without signing in: the token must have been opened by `messaging.links` before.
    """
    tenancy.enter_workspace(ids.workspace_id)
    related = ("person", "workspace", "template_version__template", "decision")
    return Message.objects.filter(workspace_id=ids.workspace_id, pk=ids.row_id).select_related(*related).first()


def signing_name(message: Message) -> str:
    """Return the name that the house signs its mail with."""
    return house_of(message.workspace)


def house_of(workspace: Workspace) -> str:
    """Return the name that a workspace signs its mail with."""
    sender = Sender.objects.filter(workspace_id=workspace.pk).first()
    return sender.name if sender else workspace.name


def switches(message: Message) -> list[Switch]:
    """Return every choice of the preference page. What rests on no consent is on until it is switched off."""
    rows = Consent.objects.filter(workspace_id=message.workspace_id, person_id=message.person_id)
    said: Mapping[tuple[str, str], bool] = {(row.purpose, row.channel): row.state == "given" for row in rows}
    return [
        Switch(purpose, channel, said.get((purpose.value, channel.value), purpose != Purpose.MARKETING))
        for purpose in CHOOSABLE
        for channel in Channel
    ]


def masked(address: str) -> str:
    """Return an address with most of it hidden: the link may have been passed on."""
    local, at, domain = address.partition("@")
    if at:
        return f"{local[:1]}{'•' * 4}@{domain}"
    return f"{'•' * 4}{address[-4:]}" if len(address) > 8 else "•" * 4  # noqa: PLR2004 - a phone number's last block


@dataclass(frozen=True)
class CapState:
    """How many advertising messages went to a person within the window, of how many at the most."""

    sent: int
    most: int
    days: int


def cap_state(message: Message) -> CapState | None:
    """Return the frequency cap as the message's decision saw it, this message included."""
    facts: dict[str, Any] = message.decision.facts
    rules = facts.get("rules") or {}
    if message.purpose != Purpose.MARKETING or "cap_count" not in rules:
        return None
    return CapState(len(facts.get("contacts") or []) + 1, int(rules["cap_count"]), int(rules["cap_days"]))


@dataclass(frozen=True)
class ConsentThen:
    """The consent that a message rested on."""

    at: datetime
    is_existing_customer: bool


def consent_then(message: Message) -> ConsentThen | None:
    """Return the consent that the decision looked at, if it was given."""
    consent = message.decision.facts.get("consent") or {}
    if consent.get("state") != "given":
        return None
    return ConsentThen(datetime.fromisoformat(consent["at"]), consent.get("basis") == "existing_customer")
