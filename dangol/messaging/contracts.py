"""What a rule of the contact policy is, what it looks at, and what it answers."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar

import msgspec

from dangol.messaging.enums import Outcome
from dangol.messaging.origins import Origin as Origin  # noqa: PLC0414 - public here, for the rooms above
from dangol.messaging.origins import OriginReason as OriginReason  # noqa: PLC0414 - public here, for the rooms above
from dangol.messaging.origins import register_origin as register_origin  # noqa: PLC0414 - public here, for the rooms above

MARKETING = "marketing"
TRANSACTIONAL = "transactional"
EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class Holdout:
    """
    Who is left alone: `percent` of the clusters, chosen by the salt.

    The same salt leaves the same people alone, for as long as the salt lives.
    """

    salt: str
    percent: float


def in_holdout(salt: object, cluster: str, percent: float) -> bool:
    """Return whether a cluster of people is left alone: a stable salted hash falls below `percent` of its range."""
    digest = hashlib.sha256(f"{salt}:{cluster}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * 100 < percent * (1 << 64)


class ConsentOnRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest line of the consent ledger for one purpose and channel."""

    state: str
    basis: str
    at: datetime
    expires_at: datetime | None = None
    night: bool = False


class RulesOnRecord(msgspec.Struct, frozen=True):
    """The workspace's own limits at the moment of the decision. Attention in points, half-life in hours."""

    quiet_from: time = time(21)
    quiet_until: time = time(8)
    email_at_legal_night: bool = False
    cap_count: int = 3
    cap_days: int = 7
    attention_cap: float = 10.0
    service_reserve: float = 2.0
    attention_half_life_hours: float = 168.0


class ContactFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    All that the rules may look at for one contact: stored with the decision, so that it can be replayed.

    `guardian_missing`: the consent was given by a child under 14, and no guardian agreed.
    `gone` is somebody in the trash, or merged into another; nothing else is known of them here.
    `contacts` are the newest marketing contacts inside the cap's window, newest first, no more than the cap counts.
    """

    now: datetime
    channel: str
    purpose: str
    rules: RulesOnRecord
    address: str = ""
    restricted: bool = False
    guardian_missing: bool = False
    suppressed: str = ""
    gone: bool = False
    muted: bool = False
    consent: ConsentOnRecord | None = None
    sender_lacks: tuple[str, ...] = ()
    time_zone: str = ""
    hurt: str = ""
    contacts: tuple[datetime, ...] = ()
    attention_load: float = 0.0
    cluster: str = ""
    holdout_salt: str = ""
    holdout_percent: float = 0.0
    expires_at: datetime | None = None

    @property
    def is_marketing(self) -> bool:
        return self.purpose == MARKETING


class Verdict(msgspec.Struct, frozen=True):
    """What one rule says against a contact."""

    code: str
    outcome: Outcome
    hold_until: datetime | None = None


@dataclass(frozen=True)
class Wording:
    """One reason in words: in a list, for staff ("why not?") and for the customer, in Korean and English."""

    short_ko: str
    short_en: str
    staff_ko: str
    staff_en: str
    customer_ko: str
    customer_en: str

    def in_short(self, language: str) -> str:
        return self.short_ko if language == "ko" else self.short_en

    def for_staff(self, language: str) -> str:
        return self.staff_ko if language == "ko" else self.staff_en

    def for_customer(self, language: str) -> str:
        return self.customer_ko if language == "ko" else self.customer_en


class PolicyRule(ABC):
    """
    One question of the contact policy. It looks at the facts only: no clock, no database.

    `wording` names all its codes; those in `holds` make a contact wait, all others refuse it.
    """

    wording: ClassVar[dict[str, Wording]]
    holds: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def judge(self, facts: ContactFacts) -> Verdict | None:
        """Return what stands against the contact, or None."""

    def against(self, code: str, *, until: datetime | None = None) -> Verdict:
        """
        Return a verdict with what this rule declares about the code.

        :param until: when a contact that is held is looked at again
        """
        return Verdict(code, Outcome.HOLD if code in self.holds else Outcome.REFUSE, until)
