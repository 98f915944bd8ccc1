"""The tabs over every page about events, each for those who may open its page."""

from typing import Any

from django.template import Library
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dangol.tracking.permissions import may_explore
from dangol.workspaces.permissions import may_configure

register = Library()

TABS = (
    ("sources", _("Event sources"), None),
    ("catalogue", _("Catalogue"), None),
    ("events", _("Live"), None),
    ("trend", _("Trends"), may_explore),
    ("lake", _("Lake"), may_configure),
    ("dead_letters", _("Dead letters"), may_configure),
)


@register.inclusion_tag("tracking/_tabs.html", takes_context=True)
def event_tabs(context: Context, current: str) -> dict[str, Any]:
    """Show the tabs; `current` is the name of the tab's page."""
    member = context["request"].member
    allowed = [(name, label) for name, label, may_open in TABS if may_open is None or may_open(member)]
    return {"tabs": [(label, reverse(f"tracking:{name}"), name == current) for name, label in allowed]}
