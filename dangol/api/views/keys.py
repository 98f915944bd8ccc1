"""Which programs may come in: make a key, show its secret once, take it back."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.api.forms import KeyForm
from dangol.kit.pagination import keyset_page
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.operations import UnableToMakeKey, make_api_key, revoke_api_key
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import api_keys_of


@member_required
@allowed(may_configure)
@proof_required
def show(request: MemberRequest) -> HttpResponse:
    """List the keys; by POST make one, whose secret is in the answer and nowhere else."""
    form, secret = KeyForm(request.POST or None, member=request.member), ""
    if request.method == "POST" and form.is_valid():
        try:
            _key, secret = make_api_key(by=request.member, now=request.now, **form.details(request.now))
            form = KeyForm(member=request.member)
        except UnableToMakeKey as refusal:
            form.add_error("name", str(refusal))
    page = keyset_page(api_keys_of(request.member), after=request.GET.get("after"))
    shown = {"page": page, "form": form, "secret": secret, "url": settings.PUBLIC_URL, "now": request.now}
    return render(request, "api/keys.html", shown, status=422 if form.errors else 200)


@member_required
@allowed(may_configure)
@require_POST
def revoke(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Refuse the key from now on."""
    key = get_object_or_404(api_keys_of(request.member), pk=key_id)
    revoke_api_key(by=request.member, key=key, now=request.now)
    messages.success(request, _("The key is revoked. Requests with it are refused."))
    return redirect("api:keys")
