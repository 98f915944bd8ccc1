"""What administrators fill in about fields and objects, and members about records."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.customers.enums import FieldKind
from dangol.customers.field_forms import CustomFieldsForm
from dangol.customers.field_kinds import KINDS
from dangol.customers.models import CustomObject, CustomRecord, FieldDefinition
from dangol.customers.operations import (
    FieldDetails,
    ObjectDetails,
    RecordDetails,
    UnableToReadValue,
    default_values,
    details_of_field,
    read_field_values,
)
from dangol.customers.queries import companies_of_record, field_definitions, live_objects, people_of_record
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues

CHOOSING = (FieldKind.CHOICE, FieldKind.CHOICES)
EMPTY = "\\"
"""Stands for no choice. No choice is called so: see `define_field`."""


class FieldForm(forms.Form):
    """One field. Only what its kind needs is asked."""

    label = forms.CharField(label=gettext_lazy("Name of the field"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Holds"), choices=FieldKind.choices)
    key = forms.CharField(
        label=gettext_lazy("Key"), max_length=60, required=False,
        help_text=gettext_lazy("For imports and programs. Left empty it is made from the name. It never changes."),
    )  # fmt: skip
    target = forms.ChoiceField(label=gettext_lazy("Links to"))
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, min_length=3)
    choices = forms.CharField(
        label=gettext_lazy("Choices"), widget=forms.Textarea({"rows": 6}), help_text=gettext_lazy("One on each line.")
    )
    default = forms.CharField(label=gettext_lazy("Begins with"), max_length=500, required=False)
    help_text = forms.CharField(label=gettext_lazy("Help below the input"), max_length=300, required=False)
    is_required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    is_unique = forms.BooleanField(
        label=gettext_lazy("Every value only once"), required=False,
        help_text=gettext_lazy("Members are refused a second one. What comes in from other systems is kept."),
    )  # fmt: skip
    is_filterable = forms.BooleanField(
        label=gettext_lazy("Filter by it"), required=False,
        help_text=gettext_lazy("Makes segments and lists by this field quick. It is prepared in the background."),
    )  # fmt: skip

    def __init__(self, *args: Any, member: Member, field: FieldDefinition | None = None, **kwargs: Any) -> None:
        if field is not None:
            details = vars(details_of_field(field))
            kwargs["initial"] = details | {"choices": "\n".join(field.choices)}
        super().__init__(*args, **kwargs)
        self.field = field
        asked = (self.data or self.initial).get("kind", "")
        self.chosen_kind = field.kind if field else str(asked) if asked in FieldKind.values else FieldKind.TEXT.value
        if "currency" not in self.initial:
            self.initial["currency"] = member.workspace.currency
        self._leave_out()
        if self.data and field is not None:
            self.ask_what_becomes({word: 0 for word in field.choices if self._becomes_input(word) in self.data})
        if "target" in self.fields:
            offered = [(one.key, one.label) for one in live_objects(member)]
            self.fields["target"].choices = offered  # type: ignore[attr-defined] # a choice field

    @property
    def kind_input(self) -> forms.BoundField | None:
        """The input that reshapes the form; an existing field has none."""
        return self["kind"] if "kind" in self.fields else None

    @property
    def asked(self) -> list[forms.BoundField]:
        """The other inputs."""
        return [self[name] for name in self.fields if name not in ("label", "kind")]

    @property
    def details(self) -> FieldDetails:
        """What was decided."""
        told = self.cleaned_data
        return FieldDetails(
            label=told["label"], kind=self.chosen_kind, key=told.get("key", ""), target=told.get("target", ""),
            currency=told.get("currency", ""), choices=tuple(told.get("choices", "").splitlines()),
            is_required=told.get("is_required", False), is_unique=told.get("is_unique", False),
            is_filterable=told.get("is_filterable", False), default=told.get("default", ""),
            help_text=told.get("help_text", ""),
        )  # fmt: skip

    @property
    def becomes(self) -> dict[str, str]:
        """What the member said becomes of choices that go."""
        former = self.field.choices if self.field else ()
        told = {word: self.cleaned_data.get(self._becomes_input(word)) for word in former}
        return {word: "" if answer == EMPTY else str(answer) for word, answer in told.items() if answer}

    def ask_what_becomes(self, used: Mapping[str, int]) -> None:
        """Ask for each of these choices what becomes of the rows that hold it. A single new name is offered first."""
        former = self.field.choices if self.field else []
        lines = [word.strip() for word in self.data.get("choices", "").splitlines()]
        new = [word for word in dict.fromkeys(lines) if word]
        offered = [("", _("Choose…")), *((word, word) for word in new), (EMPTY, _("Nothing: empty the field"))]
        named = [word for word in new if word not in former]
        self.data = data = dict(self.data.items())
        for word, count in used.items():
            label = ngettext("“%(word)s”, held by %(count)s row", "“%(word)s”, held by %(count)s rows", count)
            name = self._becomes_input(word)
            self.fields[name] = forms.ChoiceField(
                label=label % {"word": word, "count": count} if count else word, choices=offered, required=False
            )
            if len(named) == len(used) == 1:
                data.setdefault(name, named[0])

    def _becomes_input(self, word: str) -> str:
        return f"becomes_{self.field.choices.index(word)}" if self.field else ""

    def _leave_out(self) -> None:
        kind = KINDS[self.chosen_kind]
        left_out = {
            "kind": self.field is not None,
            "key": self.field is not None,
            "target": self.field is not None or self.chosen_kind != FieldKind.RECORD,
            "currency": self.field is not None or self.chosen_kind != FieldKind.MONEY,
            "choices": self.chosen_kind not in CHOOSING,
            "default": not kind.may_have_default,
            "is_required": self.chosen_kind == FieldKind.BOOLEAN,
            "is_unique": not kind.may_be_unique,
            "is_filterable": not kind.may_be_filtered,
        }
        for name, out in left_out.items():
            if out:
                del self.fields[name]


class ObjectForm(forms.Form):
    """One object of the workspace's own."""

    label = forms.CharField(
        label=gettext_lazy("One is called"), max_length=60, help_text=gettext_lazy("For example: contract")
    )
    plural = forms.CharField(
        label=gettext_lazy("Many are called"), max_length=60, help_text=gettext_lazy("For example: contracts")
    )
    key = forms.CharField(
        label=gettext_lazy("Key"), max_length=40, required=False,
        help_text=gettext_lazy("For imports and programs. Left empty it is made from the name. It never changes."),
    )  # fmt: skip
    help_text = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)

    def __init__(self, *args: Any, custom_object: CustomObject | None = None, **kwargs: Any) -> None:
        if custom_object is not None:
            kwargs["initial"] = {name: getattr(custom_object, name) for name in ("label", "plural", "help_text")}
        super().__init__(*args, **kwargs)
        if custom_object is not None:
            del self.fields["key"]

    @property
    def details(self) -> ObjectDetails:
        """What was decided."""
        return ObjectDetails(**self.cleaned_data)


class RecordForm(CustomFieldsForm):
    """One record of an own object: name, fields, and to whom it belongs, one on each line."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    external_id = forms.CharField(label=gettext_lazy("Number in another system"), max_length=200, required=False)
    owner_id = forms.TypedChoiceField(label=gettext_lazy("Owner"), required=False, coerce=UUID, empty_value=None)
    people = forms.CharField(
        label=gettext_lazy("Belongs to these people"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("One on each line: name, e-mail address, phone or customer number."),
    )  # fmt: skip
    companies = forms.CharField(
        label=gettext_lazy("Belongs to these companies"), required=False, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("One on each line: name or number."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, member: Member, custom_object: CustomObject, record: CustomRecord | None = None, **kwargs: Any
    ) -> None:
        if record is not None:
            kwargs["initial"] = {name: getattr(record, name) for name in ("name", "external_id", "owner_id")}
            kwargs["initial"]["people"] = _lines(people_of_record(record, member))
            kwargs["initial"]["companies"] = _lines(companies_of_record(record, member))
        super().__init__(*args, **kwargs)
        self.member = member
        definitions = field_definitions(workspace_id=member.workspace_id, object=custom_object.key)
        self.ask_for(definitions, record.fields if record else default_values(definitions), member)
        own = [(str(colleague.pk), colleague.user.name) for colleague in colleagues(member)]
        self.fields["owner_id"].choices = [("", "—"), *own]  # type: ignore[attr-defined] # a choice field

    def clean_people(self) -> tuple[UUID, ...]:
        return self._linked("people", FieldKind.PERSON)

    def clean_companies(self) -> tuple[UUID, ...]:
        return self._linked("companies", FieldKind.COMPANY)

    @property
    def details(self) -> RecordDetails:
        """What was written."""
        told = self.cleaned_data
        return RecordDetails(
            name=told["name"], external_id=told["external_id"], owner_id=told["owner_id"], values=self.values,
            definitions=self.definitions,            person_ids=told["people"], company_ids=told["companies"],
        )  # fmt: skip

    def _linked(self, name: str, kind: FieldKind) -> tuple[UUID, ...]:
        lines = [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]
        link = FieldDefinition(workspace_id=self.member.workspace_id, kind=kind)
        found = read_field_values(link, lines, member=self.member)
        unknown = [line for line, value in zip(lines, found, strict=True) if isinstance(value, UnableToReadValue)]
        if unknown:
            message = _("Nobody and nothing here is called so, or several are: %(names)s")
            raise forms.ValidationError(message % {"names": ", ".join(unknown[:5])})
        return tuple(UUID(str(value)) for value in found)


def _lines(rows: list[Any]) -> str:
    return "\n".join(f"{row} ({row.pk})" for row in rows)
