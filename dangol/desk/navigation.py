"""What every page shows around its content: the places of the house and the member's own corner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.workspaces.models import Member
from dangol.workspaces.permissions import May, may_audit, may_configure, may_guard_privacy


@dataclass(frozen=True)
class Place:
    """One link of the side bar or of the settings."""

    label: Promise
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True)
class SettingsPart:
    """Settings about one matter, as far as the member may see them: at least one."""

    label: Promise
    places: Sequence[Place]

    @property
    def url(self) -> str:
        return self.places[0].url

    @property
    def is_current(self) -> bool:
        return any(place.is_current for place in self.places)


PLACES: list[tuple[Promise, str, str]] = [
    (_("Home"), "home", "home"),
    (_("People"), "people", "people"),
    (_("Companies"), "companies", "company"),
    (_("Records"), "fields:all", "story"),
    (_("Segments"), "segments:list", "segment"),
    (_("Campaigns"), "marketing:campaigns", "campaign"),
    (_("Templates"), "messaging:templates", "edit"),
    (_("Messages"), "messaging:messages", "send"),
    (_("Approvals"), "approvals", "check"),
    (_("Events"), "tracking:sources", "bolt"),
    (_("Mail catcher"), "mail_catcher:inbox", "mail"),
    (_("Trash"), "history:trash", "trash"),
    (_("Settings"), "settings", "settings"),
]

SETTINGS: Mapping[Promise, list[tuple[Promise, str]]] = {
    _("House"): [
        (_("Workspace"), "settings"),
        (_("Usage"), "usage"),
        (_("Jobs"), "jobs"),
        (_("Backups"), "backups"),
    ],
    _("Members and rights"): [
        (_("Members"), "members"),
        (_("Roles"), "roles"),
        (_("Teams"), "teams"),
        (_("Lent rights"), "elevations"),
        (_("Approvals"), "approval_rules"),
        (_("Sign-in"), "sign_in_rules"),
    ],
    _("Messages"): [
        (_("Sender"), "messaging:sender"),
        (_("Contact rules"), "messaging:contact_rules"),
        (_("Consent"), "customers:consent_settings"),
        (_("Returned mail"), "bounce_mailbox:mailbox"),
    ],
    _("Data"): [
        (pgettext_lazy("custom fields", "Fields"), "fields:settings"),
        (_("Objects"), "fields:objects"),
        (_("Data sources"), "data_sources:sources"),
        (_("Trust in sources"), "customers:trust"),
        (_("API keys"), "api:keys"),
    ],
    _("Data protection"): [
        (_("Requests about data"), "customers:rights_requests"),
        (_("Privacy"), "privacy:inventory"),
        (_("Audit record"), "audit"),
    ],
}
"""The settings by what they are about."""

NEEDED: Mapping[str, May] = {
    "audit": may_audit,
    "customers:rights_requests": may_guard_privacy,
    "privacy:inventory": may_guard_privacy,
}
"""The settings that are not for those who keep the house, but for whoever has this right."""

ELSEWHERE = frozenset({"backups"})
"""Settings to which a page leads those who may see them, which would take a query here: listed once they are open."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation` for the shell. Costs no query."""
    shown: dict[str, Any] = {
        "language_url": reverse("language"),
        "sign_out_url": reverse("account_logout"),
        "search_url": reverse("search"),
        "theme_url": reverse("theme"),
        "profile_url": reverse("profile"),
    }
    member = getattr(request, "member", None)
    parts = settings_parts(request.path, member) if member is not None else []
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        shown |= {"places": places(request.path, parts)}
    if member is not None:
        shown |= {"member": member, "workspace": member.workspace, "settings": parts}
        shown |= {"profile_is_current": request.path.startswith(shown["profile_url"])}
    return {"navigation": shown}


def places(path: str, parts: Sequence[SettingsPart]) -> list[Place]:
    """
    The side bar as seen from a page. The mail catcher is there while it catches.

    :param parts: the settings that the member may see: the first of them stands for all
    """
    shown = []
    for label, name, icon in PLACES:
        if name != "mail_catcher:inbox" or settings.MAIL_CATCHER_DIR:
            url = reverse(name)
            is_current = path == url or (name != "home" and path.startswith(url))
            first = parts[0].url if name == "settings" and parts else url
            shown.append(Place(label, first, icon, is_current=is_current))
    return shown


def settings_parts(path: str, member: Member) -> list[SettingsPart]:
    """The tabs of the settings, shown by `ui/settings_tabs.html` on every settings page of every room."""
    shown, elsewhere = [], {reverse(name) for name in ELSEWHERE}
    for label, named in SETTINGS.items():
        there = (_settings_place(path, *place) for place in named if NEEDED.get(place[1], may_configure)(member))
        if seen := [place for place in there if place.is_current or place.url not in elsewhere]:
            shown.append(SettingsPart(label, seen))
    return shown


def _settings_place(path: str, label: Promise, name: str) -> Place:
    url = reverse(name)
    return Place(label, url, "settings", is_current=path == url or (name != "settings" and path.startswith(url)))
