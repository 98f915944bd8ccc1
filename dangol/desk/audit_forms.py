"""What part of the audit record is meant."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.ui.fields import DayField
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues


class AuditForm(forms.Form):
    """Who, what, whose and when. Everything may be left open."""

    member = forms.ChoiceField(label=pgettext_lazy("in the audit record", "Who"), required=False)
    deed = forms.ChoiceField(
        label=pgettext_lazy("in the audit record", "What"),
        choices=[("", _("Everything")), *Deed.choices],
        required=False,
    )
    whose = forms.CharField(
        label=_("Whose data"), max_length=254, required=False, help_text=_("Name, e-mail or phone, in full.")
    )
    first = DayField(label=pgettext_lazy("first day", "From"), required=False)
    last = DayField(label=pgettext_lazy("last day", "To"), required=False)

    def __init__(self, data: QueryDict | None = None, *, reader: Member) -> None:
        super().__init__(data)
        names = [(str(member.pk), member.user.name) for member in colleagues(reader)]
        cast("forms.ChoiceField", self.fields["member"]).choices = [("", _("Everybody")), *names]
