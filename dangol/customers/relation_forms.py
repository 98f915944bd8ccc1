"""What members fill in about who has to do with whom."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.customers.enums import RelationKind
from dangol.customers.queries.ties import MODELS, End, ends_visible_to, kind_of_end, others_of, phrase, ways_of
from dangol.ui.fields import DayField
from dangol.workspaces.models import Member

INVERSE = ":inverse"


class RelationForm(forms.Form):
    """One relation, written down on the page of `subject`. `other` is "person:<id>", as the search offers it."""

    way = forms.ChoiceField(label=gettext_lazy("How they have to do with each other"))
    other = forms.CharField(
        label=gettext_lazy("With whom"), error_messages={"required": gettext_lazy("Search and choose somebody.")}
    )
    title = forms.CharField(
        label=pgettext_lazy("in a company", "Position"), max_length=100, required=False,
        help_text=gettext_lazy("For example: head of purchasing"),
    )  # fmt: skip
    since = DayField(label=gettext_lazy("Since"), required=False)
    until = DayField(label=gettext_lazy("Until"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, subject: End, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.member = subject, member
        way: forms.ChoiceField = self.fields["way"]  # type: ignore[assignment] # declared above
        way.choices = [
            (kind.value + ("" if forward else INVERSE), phrase(kind, "…", forward=forward))
            for kind, forward in ways_of(kind_of_end(subject))
        ]

    def clean_other(self) -> End:
        kind, _colon, number = self.cleaned_data["other"].partition(":")
        try:
            other = ends_visible_to(self.member, kind).filter(pk=UUID(number)).first() if kind in MODELS else None
        except ValueError:
            other = None
        if other is None:
            raise forms.ValidationError(_("Search and choose somebody."))
        found: End = other
        return found

    def said(self) -> dict[str, Any]:
        """Return what `relate` is told."""
        told = dict(self.cleaned_data)
        kind, forward = read_way(told.pop("way"))
        other = told.pop("other")
        source, target = (self.subject, other) if forward else (other, self.subject)
        return told | {"kind": kind, "source": source, "target": target}


class EndForm(forms.Form):
    """The last day of a relation."""

    until = DayField(label=gettext_lazy("Last day"))


class HouseholdForm(forms.Form):
    """A household's name, and where it lives."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("For example: the Kims of Mapo")
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


def read_way(value: str) -> tuple[RelationKind, bool]:
    """Read what the choice of a way says: the kind, and whether the subject is its source."""
    return RelationKind(value.removesuffix(INVERSE)), not value.endswith(INVERSE)


def kinds_to_search(subject: End, way: str) -> list[str]:
    """Return what may stand at the other end of the chosen way; of no way, everything."""
    known = {kind.value for kind in RelationKind}
    if way.removesuffix(INVERSE) not in known:
        return list(MODELS)
    kind, forward = read_way(way)
    return others_of(kind_of_end(subject), kind, forward=forward)
