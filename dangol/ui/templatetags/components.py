"""Every component tag of the product. Look at them at `/ui/`."""

from typing import Any, Final

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from dangol.ui.component import REQUIRED, Component, compile_slot, register_component
from dangol.ui.icons import ICONS

register = Library()
register.tag("#slot", compile_slot)

TONES: Final = frozenset({"neutral", "good", "warn", "bad", "accent"})
ANY_ICON: Final = frozenset({"", *ICONS})


def block(name: str, props: dict[str, object], **declared: Any) -> None:
    """Declare a component with content."""
    register_component(register, Component(name=name, props=props, **declared), block=True)


def void(name: str, props: dict[str, object], **declared: Any) -> None:
    """Declare a component without content."""
    register_component(register, Component(name=name, props=props, **declared), block=False)


@register.simple_tag
def icon_path(name: str) -> SafeString:
    """Return the drawing of an icon."""
    return mark_safe(ICONS[name])  # noqa: S308 - our own constant


def describe_field(values: dict[str, Any]) -> dict[str, Any]:
    """Tell the template which kind of widget it lays out."""
    bound = values["field"]
    kind = bound.widget_type
    first = next(iter(getattr(bound.field, "choices", ())), ("", ""))
    always_answered = kind == "checkbox" or (kind == "select" and first[0] not in {"", None})
    return values | {
        "kind": kind,
        "is_choice_list": bound.use_fieldset,
        "is_check": kind == "checkbox",
        "is_optional": not bound.field.required and not always_answered,
    }


block("card", {"title": "", "subtitle": "", "id": ""}, slots=("actions",))
block(
    "button",
    {
        "kind": "secondary",
        "href": "",
        "type": "submit",
        "name": "",
        "value": "",
        "icon": "",
        "form": "",
        "id": "",
        "label": "",
        "small": False,
        "disabled": False,
        "hx_post": "",
        "hx_get": "",
        "hx_target": "",
        "hx_swap": "",
        "hx_confirm": "",
    },
    choices={
        "kind": frozenset({"primary", "secondary", "quiet", "danger"}),
        "type": frozenset({"submit", "button", "reset"}),
        "icon": ANY_ICON,
    },
)
void("badge", {"label": REQUIRED, "tone": "neutral", "icon": ""}, choices={"tone": TONES, "icon": ANY_ICON})
block("empty", {"title": REQUIRED, "icon": ""}, slots=("actions",), choices={"icon": ANY_ICON})
block(
    "notice",
    {"tone": "info", "title": ""},
    slots=("actions",),
    choices={"tone": frozenset({"info", "good", "warn", "bad"})},
)
void("field", {"field": REQUIRED, "label": "", "hide_label": False}, prepare=describe_field)
void("stat", {"label": REQUIRED, "value": REQUIRED, "hint": "", "href": "", "tone": "neutral"}, choices={"tone": TONES})
void("progress", {"value": REQUIRED, "max": 100, "label": REQUIRED})
void("meter", {"value": REQUIRED, "max": 100, "label": REQUIRED, "tone": "neutral"}, choices={"tone": TONES})
void("icon", {"name": REQUIRED}, choices={"name": frozenset(ICONS)}, is_constant=True)
void("pager", {"page": REQUIRED})
block("toolbar", {"label": ""})
block("tabs", {"label": ""})
void("tab", {"label": REQUIRED, "href": REQUIRED, "current": False, "count": None})
block("facts", {})
block("fact", {"label": REQUIRED})
void("mark", {}, is_constant=True)
