"""Where each field comes from, choosing another source's value, and the trust in sources."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.operations import choose_value, set_trust
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.ties import ends_visible_to
from dangol.customers.queries.trust import sources_trusted
from dangol.customers.trust_forms import TrustForm
from dangol.kit.errors import OperationError
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_change_people)
@require_POST
def choose(request: MemberRequest, kind: str, subject_id: UUID, field: str) -> HttpResponse:
    """Let a member say whose word counts for one field."""
    if kind not in ("person", "company"):
        raise Http404
    row = get_object_or_404(ends_visible_to(request.member, kind), pk=subject_id)
    origin = request.POST.get("origin", "").replace("\x00", "")
    try:
        choose_value(row=row, field=field, origin=origin, member=request.member, now=request.now)
        messages.success(request, _("Noted. This counts as written by hand from now on."))
    except OperationError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{row.get_absolute_url()}#provenance")


@member_required
@allowed(may_configure)
def trust(request: MemberRequest) -> HttpResponse:
    """Show how far each source is trusted, or keep what was filled in."""
    sources = sources_trusted(request.member.workspace_id)
    form = TrustForm(request.POST or None, sources=sources)
    if request.method == "POST" and form.is_valid():
        set_trust(workspace_id=request.member.workspace_id, told=form.told)
        messages.success(request, _("Saved."))
        return redirect("customers:trust")
    return render(request, "customers/trust.html", {"form": form}, status=422 if form.errors else 200)
