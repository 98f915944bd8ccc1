"""What administrators fill in about roles, branches and teams, and members who need more rights for a while."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dangol.customers.operations import LONGEST_DAYS
from dangol.desk.enums import Listed
from dangol.desk.forms import FIXED_ROLES
from dangol.desk.tables.offered import field_names
from dangol.workspaces.enums import FieldAccess, Kind, Level, Role
from dangol.workspaces.models import Branch, CustomRole, Member, Team
from dangol.workspaces.operations import LONGEST_ELEVATION
from dangol.workspaces.permissions import OFFERED, OWNED, RIGHTS, Rights
from dangol.workspaces.queries import branches_below, branches_of, colleagues, custom_roles_of, teams_of

YES_OR_NO = [(Level.NONE.value, _("No")), (Level.ALL.value, _("Yes"))]


class RoleForm(forms.Form):
    """A role of the workspace: a field for each right, and one for each field of a person that can be masked."""

    name = forms.CharField(label=_("Name"), max_length=60)

    def __init__(self, data: QueryDict | None, *, member: Member, role: CustomRole | None, like: Rights) -> None:
        super().__init__(data, initial={"name": role.name} if role else {})
        self._names = field_names(Listed.PEOPLE, member.workspace_id)
        for kind, verb in RIGHTS:
            self.fields[f"{kind}.{verb}"] = forms.TypedChoiceField(
                label=f"{kind.label}: {verb.label}", coerce=int, initial=like.level(kind, verb).value,
                choices=Level.choices if kind in OWNED else YES_OR_NO,
            )  # fmt: skip
        for name, label in self._names.items():
            self.fields[f"field.{name}"] = forms.TypedChoiceField(
                label=str(label), coerce=int, initial=like.access(name).value, choices=FieldAccess.choices
            )

    @property
    def rows(self) -> list[tuple[Kind, list[forms.BoundField]]]:
        """The rights, a row a kind."""
        return [(kind, [self[f"{kind}.{verb}"] for verb in verbs]) for kind, verbs in OFFERED.items()]

    @property
    def field_rows(self) -> list[forms.BoundField]:
        """The fields of a person."""
        return [self[f"field.{name}"] for name in self._names]

    @property
    def details(self) -> dict[str, Any]:
        """What the role is to be."""
        told = self.cleaned_data
        return {
            "name": told["name"],
            "levels": {f"{kind}.{verb}": told[f"{kind}.{verb}"] for kind, verb in RIGHTS},
            "fields": {name: told[f"field.{name}"] for name in self._names},
        }


class PlaceForm(forms.Form):
    """What a member is here for, and with whom the member shares customers."""

    role = forms.ChoiceField(label=_("Role"))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )

    def __init__(self, data: QueryDict | None, *, by: Member, member: Member) -> None:
        super().__init__(data, initial={"role": str(member.custom_role_id or member.role), "team": member.team_id})
        self._own = {str(role.pk): role for role in custom_roles_of(by)}
        own = [(key, role.name) for key, role in self._own.items()]
        cast("forms.ChoiceField", self.fields["role"]).choices = [*FIXED_ROLES, *own]
        cast("forms.ModelChoiceField[Team]", self.fields["team"]).queryset = teams_of(by)

    @property
    def details(self) -> Mapping[str, Any]:
        """The role, be it a fixed one or one of the workspace's own, and the team."""
        chosen, team = self.cleaned_data["role"], self.cleaned_data["team"]
        own = self._own.get(chosen)
        return {"role": Role.CUSTOM if own else chosen, "custom_role": own, "team": team}


class BranchForm(forms.Form):
    """One branch of the organisation."""

    name = forms.CharField(label=_("Name"), max_length=100)
    parent = forms.ModelChoiceField(
        label=_("Below"), queryset=Branch.objects.none(), required=False, empty_label=_("At the top")
    )

    def __init__(self, data: QueryDict | None, *, by: Member, branch: Branch | None = None) -> None:
        super().__init__(data, initial={"name": branch.name, "parent": branch.parent_id} if branch else {})
        others = branches_of(by).exclude(pk__in=branches_below(branch)) if branch else branches_of(by)
        cast("forms.ModelChoiceField[Branch]", self.fields["parent"]).queryset = others


class TeamForm(forms.Form):
    """One team."""

    name = forms.CharField(label=_("Name"), max_length=100)
    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.none(), required=False, empty_label=_("No branch")
    )

    def __init__(self, data: QueryDict | None, *, by: Member, team: Team | None = None) -> None:
        super().__init__(data, initial={"name": team.name, "branch": team.branch_id} if team else {})
        cast("forms.ModelChoiceField[Branch]", self.fields["branch"]).queryset = branches_of(by)


class MemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # Django's own takes none at run time
    """Colleagues by name."""

    def label_from_instance(self, obj: Member) -> str:
        return str(obj.user.name)


class ShareForm(forms.Form):
    """With whom a row is shared, and for how long."""

    member = MemberChoice(label=_("Member"), queryset=Member.objects.none(), required=False, empty_label=_("Nobody"))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    days = forms.IntegerField(label=_("For days"), min_value=1, max_value=LONGEST_DAYS, initial=30)
    may_change = forms.BooleanField(label=_("They may change it too"), required=False)

    def __init__(self, data: QueryDict | None, *, by: Member) -> None:
        super().__init__(data)
        cast("MemberChoice", self.fields["member"]).queryset = colleagues(by).exclude(pk=by.pk)
        cast("forms.ModelChoiceField[Team]", self.fields["team"]).queryset = teams_of(by)


class ElevationForm(forms.Form):
    """More rights for a while."""

    role = forms.ChoiceField(label=_("Rights of"), choices=FIXED_ROLES)
    hours = forms.IntegerField(label=_("For hours"), min_value=1, max_value=LONGEST_ELEVATION, initial=4)
    reason = forms.CharField(label=_("What for"), max_length=300)
