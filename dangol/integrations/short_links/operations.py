"""Making short links, and following them."""

import re
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import F
from django.utils.translation import gettext as _

from dangol.integrations.short_links.models import ShortLink
from dangol.kit.errors import OperationError
from dangol.kit.ids import uuid7
from dangol.tracking.models import Source
from dangol.tracking.operations import put_into_inbox
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

LINK_VISITED = "Link Visited"
MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|scrap|fetch|monitor|facebookexternalhit|whatsapp|headless|curl|wget|python|"
    r"java/|go-http|okhttp|^$",
    re.IGNORECASE,
)


class UnableToMakeLink(OperationError):
    """Another link of the source has this name."""


def make_short_link(*, source: Source, told: dict[str, Any], member: Member, now: datetime) -> ShortLink:
    """
    Make a link with a code of its own.

    :param told: name, target, campaign, store, channel and joins_visits
    :raises UnableToMakeLink: if the name is taken
    """
    own = ShortLink.objects.filter(workspace_id=source.workspace_id, source=source, name=told["name"])
    if own.exists():
        raise UnableToMakeLink(_("Another link has this name. Choose a different one."))
    link = ShortLink.objects.create(workspace_id=source.workspace_id, source=source, by=member, created_at=now, **told)
    record_act(member=member, verb="make_short_link", detail={"code": link.code, "target": link.target}, now=now)
    return link


def follow(*, link: ShortLink, agent: str, is_person: bool, referrer: str, now: datetime) -> str:
    """
    Keep one visit of the link in the inbox of its workspace, which is entered; machines are only counted.

    Returns the address to which the visitor is led.
    """
    if not is_person or MACHINES.search(agent):
        ShortLink.objects.filter(workspace_id=link.workspace_id, pk=link.pk).update(
            machine_count=F("machine_count") + 1
        )
        return link.target
    visitor = uuid7().hex
    told = {"code": link.code, "link": link.name, "campaign": link.campaign, "store": link.store}
    properties = {name: value for name, value in (told | {"channel": link.channel}).items() if value}
    visit: dict[str, Any] = {
        "event": LINK_VISITED,
        "anonymousId": visitor,
        "properties": properties,
        "context": {"userAgent": agent[:300], "page": {"referrer": referrer[:500]}},
    }
    put_into_inbox(source=link.source, call="track", bodies=[msgspec.json.encode(visit)], now=now)
    return _with_visitor(link.target, visitor) if link.joins_visits else link.target


def _with_visitor(target: str, visitor: str) -> str:
    page, sign, place = target.partition("#")
    return f"{page}{'&' if '?' in page else '?'}dangol_visit={visitor}{sign}{place}"
