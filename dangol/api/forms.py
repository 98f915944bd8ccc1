"""The form of a new key."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues

FOREVER = 0


class KeyForm(forms.Form):
    """For what program, whose eyes and hands it has, and for how long."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("The program that asks, for example “ERP”."))
    member_id = forms.TypedChoiceField(
        label=_("Acts for"), coerce=UUID, help_text=_("The program sees and does what this member sees and does.")
    )
    scope = forms.ChoiceField(label=pgettext_lazy("of an API key", "May"), choices=KeyScope.choices)
    days = forms.TypedChoiceField(
        label=_("Expires"),
        coerce=int,
        choices=[(30, _("In 30 days")), (90, _("In 90 days")), (365, _("In a year")), (FOREVER, _("Never"))],
        initial=90,
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {one.pk: one for one in colleagues(member)}
        asked: forms.TypedChoiceField = self.fields["member_id"]  # type: ignore[assignment] # declared above
        people = [(str(pk), f"{one.user.name} · {one.role_name}") for pk, one in self._members.items()]
        asked.choices = [("", "—"), *people]

    def details(self, now: datetime) -> dict[str, Any]:
        """Return what was filled in, as `make_api_key` takes it."""
        told = self.cleaned_data
        return {
            "name": told["name"],
            "member": self._members[told["member_id"]],
            "scope": KeyScope(told["scope"]),
            "expires_at": now + timedelta(days=told["days"]) if told["days"] != FOREVER else None,
        }
