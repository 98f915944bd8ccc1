"""Custom fields in forms: one input per field, named `field-<key>`, with the widget that fits its kind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from dangol.customers.enums import FieldKind
from dangol.customers.models import FieldDefinition
from dangol.customers.operations import NewFile, UnableToReadValue, read_field_value
from dangol.customers.queries import field_entry, linked_names
from dangol.kit.uploads import Upload
from dangol.ui.widgets import DayInput
from dangol.workspaces.models import Member

LARGEST_FILE = 10 * 1024 * 1024


class ValueInput(forms.Field):
    """
    The input of one field. Its cleaned value is what `fields` keeps.

    What is sent back as it was shown stays as it was, even where it could not be chosen now: a link to somebody whom
    the member does not see, a choice that was taken off the list.
    """

    def __init__(self, definition: FieldDefinition, member: Member, *, held: Any, entry: str) -> None:
        super().__init__(
            required=definition.is_required,
            label=definition.label,
            help_text=definition.help_text,
            widget=_widget(definition, held),
        )
        self.definition = definition
        self.member = member
        self.held = held
        self.entry = entry

    def clean(self, value: Any) -> Any:
        text = "\n".join(value) if isinstance(value, list) else str(value or "")
        if self.held is not None and (value == self.held or text.replace("\r\n", "\n") == self.entry):
            return self.held
        try:
            kept = read_field_value(self.definition, text, member=self.member)
        except UnableToReadValue as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if kept is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return kept


class FileInput(Upload):
    """The input of a file. Without a new file the old one stays."""

    def __init__(self, definition: FieldDefinition, *, has_one: bool) -> None:
        super().__init__(
            required=definition.is_required and not has_one,
            label=definition.label,
            help_text=definition.help_text or _("At most 10 MB."),
            max_length=255,
            most_bytes=LARGEST_FILE,
        )


class CustomFieldsForm(forms.Form):
    """A form that also asks for the custom fields of its row."""

    definitions: Sequence[FieldDefinition] = ()

    def ask_for(self, definitions: Sequence[FieldDefinition], values: Mapping[str, Any], member: Member) -> None:
        """Add an input for every field, filled with what it holds."""
        self.definitions = definitions
        held = [(field, values[field.key]) for field in definitions if field.key in values]
        names = linked_names(member.workspace_id, held, member=member)
        for field in definitions:
            value = values.get(field.key)
            if field.kind == FieldKind.FILE:
                self._ask_for_file(field, value)
                continue
            entry = field_entry(field, value, names)
            self.fields[_name(field)] = ValueInput(field, member, held=value, entry=entry)
            self.initial[_name(field)] = value if isinstance(value, list) else entry

    def custom_fields(self) -> list[forms.BoundField]:
        """The inputs, in the order of the fields."""
        return [self[name] for name in self.fields if name.startswith("field-")]

    @property
    def has_files(self) -> bool:
        """Whether the form sends files."""
        return self.is_multipart()

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, by key; None empties a field, a file that was not replaced is left out."""
        told: dict[str, Any] = {}
        for field in self.definitions:
            value = self.cleaned_data.get(_name(field))
            if field.kind != FieldKind.FILE:
                told[field.key] = value
            elif value is not None:
                told[field.key] = NewFile(value.name, value.read())
            elif self.cleaned_data.get(f"{_name(field)}-gone"):
                told[field.key] = None
        return told

    def _ask_for_file(self, field: FieldDefinition, value: Any) -> None:
        has_one = isinstance(value, dict)
        asked = self.fields[_name(field)] = FileInput(field, has_one=has_one)
        if has_one:
            asked.help_text = _("Now: %(name)s. Choose another one to replace it.") % {"name": value.get("name", "")}
            if not field.is_required:
                label = _("Take away: %(field)s") % {"field": field.label}
                self.fields[f"{_name(field)}-gone"] = forms.BooleanField(label=label, required=False)


def _name(field: FieldDefinition) -> str:
    return f"field-{field.key}"


def _widget(field: FieldDefinition, held: Any) -> forms.Widget:
    if field.is_link:
        return forms.TextInput(_suggesting(field))
    old = [held] if isinstance(held, str) and held and held not in field.choices else []
    options = [(choice, choice) for choice in (*field.choices, *old)]
    widgets: dict[str, Callable[[], forms.Widget]] = {
        FieldKind.CHOICE: lambda: forms.Select(choices=[("", "—"), *options]),
        FieldKind.CHOICES: lambda: forms.CheckboxSelectMultiple(choices=options),
        FieldKind.BOOLEAN: lambda: forms.Select(choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))]),
        FieldKind.LONG_TEXT: lambda: forms.Textarea({"rows": 4}),
        FieldKind.DATE: DayInput,
        FieldKind.NUMBER: lambda: forms.TextInput({"inputmode": "decimal"}),
        FieldKind.MONEY: lambda: forms.TextInput({"inputmode": "decimal"}),
        FieldKind.URL: lambda: forms.TextInput({"type": "url", "placeholder": "https://"}),
    }
    return widgets.get(field.kind, forms.TextInput)()


def _suggesting(field: FieldDefinition) -> dict[str, Any]:
    """Names are suggested while typing, by a list that the server fills."""
    return {
        "list": f"suggestions-{field.pk}",
        "autocomplete": "off",
        "hx-get": reverse_lazy("fields:suggestions", args=[field.pk]),
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#suggestions-{field.pk}",
        "hx-swap": "innerHTML",
    }
