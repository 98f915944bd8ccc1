"""The tabs over every page about events, each for those who may open its page, and what events are called."""

from typing import Any

from django.template import Library
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.tracking.contracts import EventNames
from dangol.tracking.permissions import may_explore
from dangol.workspaces.permissions import may_configure

register = Library()

TABS = (
    ("tracking:sources", _("Event sources"), None),
    ("tracking:catalogue", _("Catalogue"), None),
    ("tracking:events", _("Live"), None),
    ("tracking:trend", _("Trends"), may_explore),
    ("event_exports", _("Files"), may_explore),
    ("tracking:lake", _("Lake"), may_configure),
    ("tracking:replays", pgettext_lazy("of events", "Replay"), may_configure),
    ("tracking:dead_letters", _("Dead letters"), may_configure),
)


@register.filter
def called(name: str, names: EventNames) -> str:
    """Write what an event is called."""
    return names[name]


@register.inclusion_tag("tracking/_tabs.html", takes_context=True)
def event_tabs(context: Context, current: str) -> dict[str, Any]:
    """Show the tabs; `current` is the name of the tab's page."""
    member = context["request"].member
    allowed = [(name, label) for name, label, may_open in TABS if may_open is None or may_open(member)]
    return {"tabs": [(label, reverse(name), name.removeprefix("tracking:") == current) for name, label in allowed]}
