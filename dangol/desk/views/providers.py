"""By which identity providers members come in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.provider_forms import NewProviderForm, ProviderForm
from dangol.kit.identity_providers import UnableToIdentify
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.operations import add_provider, change_provider, redirect_uri, remove_provider
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import providers_of


@member_required
@allowed(may_configure)
@proof_required
def add(request: MemberRequest) -> HttpResponse:
    """Begin with a name: the provider has to know our address before it gives us an ID and a secret."""
    form = NewProviderForm(request.POST or None)
    if form.is_valid():
        provider = add_provider(by=request.member, now=request.now, **form.cleaned_data)
        return redirect("provider", provider.pk)
    return render(request, "desk/new_provider.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
@proof_required
def edit(request: MemberRequest, provider_id: UUID) -> HttpResponse:
    """Change a provider; it is asked at once, so that a slip shows here and not at the door."""
    provider = get_object_or_404(providers_of(request.member.workspace_id), pk=provider_id)
    form = ProviderForm(request.POST or None, provider=provider)
    if form.is_valid():
        try:
            change_provider(by=request.member, provider=provider, now=request.now, **form.details)
        except UnableToIdentify as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The provider is saved. Members link their accounts on their profiles."))
            return redirect("sign_in_rules")
    shown = {"form": form, "provider": provider, "redirect_uri": redirect_uri(provider)}
    return render(request, "desk/provider.html", shown, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
@proof_required
@require_POST
def remove(request: MemberRequest, provider_id: UUID) -> HttpResponse:
    provider = get_object_or_404(providers_of(request.member.workspace_id), pk=provider_id)
    remove_provider(by=request.member, provider=provider, now=request.now)
    messages.success(request, _("The provider is removed."))
    return redirect("sign_in_rules")
