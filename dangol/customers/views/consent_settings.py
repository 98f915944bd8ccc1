"""Settings: how the house asks for consent, and the words that people agree to, version by version."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.customers.operations import UnableToWriteWording, save_consent_rules, write_wording
from dangol.customers.queries import consent_rules_of, wordings_visible_to
from dangol.customers.rights_forms import ConsentRulesForm, WordingForm
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@require_safe
@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    """The rules, and every version of the words."""
    return _page(request, WordingForm())


@require_POST
@member_required
@allowed(may_configure)
def save_rules(request: MemberRequest) -> HttpResponse:
    """Choose how the house asks and tells."""
    form = ConsentRulesForm(request.POST)
    if form.is_valid():
        save_consent_rules(member=request.member, now=request.now, **form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("customers:consent_settings")


@require_POST
@member_required
@allowed(may_configure)
def write(request: MemberRequest) -> HttpResponse:
    """Keep a new version of the words."""
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        write_wording(member=request.member, now=request.now, **form.cleaned_data)
    except UnableToWriteWording as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, form, status=422)
    messages.success(request, _("Saved. From now on people agree to this version."))
    return redirect("customers:consent_settings")


def _page(request: MemberRequest, form: WordingForm, status: int = 200) -> HttpResponse:
    context = {
        "rules": ConsentRulesForm.filled(consent_rules_of(request.member.workspace_id)),
        "wordings": wordings_visible_to(request.member)[:100],
        "form": form,
    }
    return render(request, "customers/consent_settings.html", context, status=status)
