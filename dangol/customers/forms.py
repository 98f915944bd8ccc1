"""What members fill in about people, files and consent."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import Channel, ImportTarget, OnDuplicate, Purpose
from dangol.customers.field_forms import CustomFieldsForm
from dangol.customers.models import Company, PeopleImport, Person
from dangol.customers.models.field import COMPANY, PERSON
from dangol.customers.operations import (
    ENCODINGS,
    CompanyDetails,
    ConsentStatement,
    PersonDetails,
    company_details_of,
    default_values,
    details_of,
    normalised_phone,
)
from dangol.customers.queries import field_definitions
from dangol.kit.masking import OWN_FIELD
from dangol.kit.uploads import Upload
from dangol.ui.fields import DayField
from dangol.workspaces.enums import FieldAccess, Language
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))


def dialable(phone: str) -> str:
    """Return what was typed if it is a phone number, so that its error stands beside those of the other inputs."""
    if phone and not normalised_phone(phone):
        raise forms.ValidationError(_("This is not a phone number."))
    return phone


class PersonForm(CustomFieldsForm):
    """One person, by hand, with the fields of the workspace."""

    in_trash: Model | None = None
    """Who lies in the trash with the address or number that was typed in, if the member may see them."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, required=False, help_text=_("Only if the name itself does not show it.")
    )
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    honorific = forms.CharField(
        label=_("Form of address"), max_length=20, required=False, help_text=_("For example: 부장님, Dr.")
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"}))
    external_id = forms.CharField(label=_("Customer number"), max_length=200, required=False)
    born_on = DayField(label=_("Birthday"), required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    country = forms.RegexField(
        "^[A-Z]{2}$", label=_("Country"), required=False, help_text=_("Two letters, like KR."), max_length=2
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", "—"), *Language.choices])
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, choices=[("", "—"), *((zone, zone) for zone in ZONES)],
        help_text=_("Nobody is written to at night. Without a time zone the message waits."),
    )  # fmt: skip
    owner_id = forms.TypedChoiceField(label=_("Owner"), required=False, coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, member: Member, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = field_definitions(workspace_id=member.workspace_id, object=PERSON)
        definitions = [one for one in every if member.rights.access(f"{OWN_FIELD}{one.key}") == FieldAccess.WRITE]
        self._held = details_of(person) if person else PersonDetails()
        for name in [name for name in self.fields if person and member.rights.access(name) != FieldAccess.WRITE]:
            self.fields[name] = forms.CharField(label=self.fields[name].label, disabled=True, required=False)
        self.ask_for(definitions, person.fields if person else default_values(definitions), member)
        people = [(str(colleague.pk), colleague.user.name) for colleague in colleagues(member)]
        owner: forms.TypedChoiceField = self.fields["owner_id"]  # type: ignore[assignment] # declared above
        owner.choices = [("", "—"), *people]

    @classmethod
    def filled(cls, person: Person, member: Member) -> "PersonForm":
        """Return a form that shows what is written now."""
        return cls(initial=vars(details_of(person)), member=member, person=person)

    def clean_phone(self) -> str:
        return self.cleaned_data["phone"] if self.fields["phone"].disabled else dialable(self.cleaned_data["phone"])

    @property
    def details(self) -> PersonDetails:
        """What was filled in; what the member may not change stays as it is."""
        asked = [field.name for field in fields(PersonDetails) if not self.fields[field.name].disabled]
        return replace(self._held, **{name: self.cleaned_data[name] for name in asked})


class CompanyForm(CustomFieldsForm):
    """One company, by hand, with the fields of the workspace."""

    name = forms.CharField(
        label=_("Name"), max_length=200, required=False,
        help_text=_("As it is written, with ㈜ or Inc. It is found without them."),
    )  # fmt: skip
    business_number = forms.CharField(
        label=_("Business number"), max_length=20, required=False, help_text=_("Ten digits, like 124-81-00998.")
    )
    external_id = forms.CharField(label=_("Customer number"), max_length=200, required=False)
    domain = forms.CharField(label=_("Domain"), max_length=300, required=False, help_text=_("Like example.com."))
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"}))
    industry = forms.CharField(label=_("Industry"), max_length=100, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    country = forms.RegexField(
        "^[A-Z]{2}$", label=_("Country"), required=False, help_text=_("Two letters, like KR."), max_length=2
    )
    owner_id = forms.TypedChoiceField(label=_("Owner"), required=False, coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, member: Member, company: Company | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        definitions = field_definitions(workspace_id=member.workspace_id, object=COMPANY)
        self.ask_for(definitions, company.fields if company else default_values(definitions), member)
        people = [(str(colleague.pk), colleague.user.name) for colleague in colleagues(member)]
        owner: forms.TypedChoiceField = self.fields["owner_id"]  # type: ignore[assignment] # declared above
        owner.choices = [("", "—"), *people]

    @classmethod
    def filled(cls, company: Company, member: Member) -> "CompanyForm":
        """Return a form that shows what is written now."""
        return cls(initial=vars(company_details_of(company)), member=member, company=company)

    def clean_phone(self) -> str:
        return dialable(self.cleaned_data["phone"])

    @property
    def details(self) -> CompanyDetails:
        """What was filled in."""
        return CompanyDetails(**{field.name: self.cleaned_data[field.name] for field in fields(CompanyDetails)})


Choices = Sequence[tuple[str, str]]


class UploadForm(forms.Form):
    """A file of people, of companies or of things of the workspace's own."""

    file = Upload(
        label=_("File"), widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.xlsb,.xls,.ods,text/csv"}),
        help_text=_("CSV, tab-separated text up to 1 GB, or a spreadsheet (XLSX) up to 200 MB."),
    )  # fmt: skip
    target = forms.ChoiceField(label=_("The lines are"), initial=ImportTarget.PEOPLE, required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, targets: Choices, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, files, initial=initial)
        self.fields["target"].choices = targets  # type: ignore[attr-defined] # declared above


class ReadingForm(forms.Form):
    """How the bytes of a file become a table, where the guess was wrong."""

    sheet = forms.TypedChoiceField(label=_("Sheet"), required=False, coerce=int, empty_value=None)
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(
        label=_("Between the cells"), required=False,
        choices=[(",", _("Comma")), ("\t", _("Tab")), (";", _("Semicolon")), ("|", _("Vertical bar"))],
    )  # fmt: skip
    header_line = forms.IntegerField(
        label=_("Line of the titles"), required=False, min_value=0, max_value=200, help_text=_("0: there are none.")
    )
    target = forms.ChoiceField(label=_("The lines are"), required=False)

    def __init__(self, data: Mapping[str, str] | None = None, *, people_import: PeopleImport, targets: Choices) -> None:
        told = {
            name: getattr(people_import, name) for name in ("sheet", "encoding", "delimiter", "header_line", "target")
        }
        super().__init__(data, initial=told)
        self.fields["target"].choices = targets  # type: ignore[attr-defined] # declared above
        if people_import.sheets:
            sheet: forms.TypedChoiceField = self.fields["sheet"]  # type: ignore[assignment] # declared above
            sheet.choices = list(enumerate(people_import.sheets))
            del self.fields["encoding"], self.fields["delimiter"]
        else:
            encoding: forms.ChoiceField = self.fields["encoding"]  # type: ignore[assignment] # declared above
            encodings = dict.fromkeys([people_import.encoding, *ENCODINGS])
            encoding.choices = [(name, name.upper()) for name in encodings]
            del self.fields["sheet"]


class ChoicesForm(forms.Form):
    """What becomes of lines about somebody who is known already, and words for everybody."""

    on_duplicate = forms.ChoiceField(
        label=_("When somebody is known already"), choices=OnDuplicate.choices, initial=OnDuplicate.UPDATE,
        required=False,
    )  # fmt: skip
    tags = forms.CharField(
        label=_("Tags for everybody"), max_length=200, required=False, help_text=_("Words with commas between them.")
    )
    mapping_name = forms.CharField(
        label=_("Keep this mapping as"), max_length=100, required=False,
        help_text=_("It is offered when a file with the same titles comes again."),
    )  # fmt: skip

    @classmethod
    def filled(cls, stored: Mapping[str, Any]) -> "ChoicesForm":
        """Return a form that shows the choices made before."""
        return cls(initial={**stored, "tags": ", ".join(stored.get("tags", ()))})

    @property
    def options(self) -> dict[str, Any]:
        """What was chosen, as the import keeps it."""
        words = dict.fromkeys(word.strip()[:60] for word in self.cleaned_data["tags"].split(","))
        return {
            "on_duplicate": self.cleaned_data["on_duplicate"] or OnDuplicate.UPDATE.value,
            "tags": [word for word in words if word],
        }


class ConsentForm(forms.Form):
    """What a person said, as the member who heard it writes it down."""

    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    source = forms.CharField(
        label=_("How did they say it?"), max_length=60, widget=forms.TextInput({"list": "consent-sources"})
    )
    night = forms.BooleanField(label=_("Also between 21:00 and 08:00"), required=False)


class WithdrawalForm(forms.Form):
    """What a person no longer wants."""

    channel = forms.ChoiceField(choices=Channel.choices)
    purpose = forms.ChoiceField(choices=Purpose.choices)
    source = forms.CharField(max_length=60)


class StatementForm(forms.Form):
    """Where the consents of a file come from."""

    channels = forms.MultipleChoiceField(
        label=_("Everybody in this file agreed to advertising by"), required=False,
        choices=[(Channel.EMAIL.value, Channel.EMAIL.label), (Channel.SMS.value, Channel.SMS.label)],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    night = forms.BooleanField(label=_("Also between 21:00 and 08:00"), required=False)
    at = DayField(
        label=_("Date of consent"), required=False,
        help_text=_("A date column of the file wins."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source of consent"),
        max_length=60,
        required=False,
        help_text=_("For example: sign-up form in the shop"),
    )
    wording_version = forms.CharField(
        label=_("Version of the wording"),
        max_length=60,
        required=False,
        help_text=_("Which text they agreed to, for example: 2026-03"),
    )

    @classmethod
    def filled(cls, stored: Mapping[str, Any]) -> "StatementForm":
        """Return a form that shows the statement made before."""
        return cls(initial=dict(stored))

    @property
    def statement(self) -> ConsentStatement:
        """What was declared."""
        told = self.cleaned_data
        return ConsentStatement(
            at=told["at"].isoformat() if told["at"] else "", source=told["source"],
            wording_version=told["wording_version"], channels=tuple(told["channels"]), night=told["night"],
        )  # fmt: skip


def chosen_mapping(data: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """Read what each column means from the selects `column-0`, `column-1` …"""
    return {str(number): data.get(f"column-{number}", "") for number in range(len(header))}
