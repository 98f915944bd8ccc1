"""How a member signs in, and how strictly the house wants it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.forms import SignInRulesForm
from dangol.workspaces import operations, queries
from dangol.workspaces.access import MemberRequest, address_of, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import has_second_factor, sessions_of, sign_in_rules_of


@member_required
def show(request: MemberRequest) -> HttpResponse:
    accounts = queries.linked_accounts_of(request.member)
    shown = {
        "sessions": sessions_of(request.user),
        "own_key": request.session.session_key,
        "has_second_factor": has_second_factor(request.user),
        "accounts": accounts,
        "unlinked": queries.providers_of(request.member.workspace_id)
        .exclude(client_id="")
        .exclude(pk__in=[account.provider_id for account in accounts]),
    }
    return render(request, "desk/own_sign_in.html", shown)


@member_required
@require_POST
def end_sessions(request: MemberRequest) -> HttpResponse:
    """Sign out in one other browser, or in all others."""
    name = request.POST.get("session")
    if name is None:
        operations.end_sessions(user=request.user, but=request.session.session_key)
        messages.success(request, _("You are signed out everywhere else."))
    elif operations.end_session(user=request.user, name=name):
        messages.success(request, _("The session is ended."))
    else:
        raise Http404
    return redirect("own_sign_in")


@member_required
@proof_required
@require_POST
def unlink(request: MemberRequest, account_id: UUID) -> HttpResponse:
    """Come in by an account of a provider no more."""
    account = get_object_or_404(queries.linked_accounts_of(request.member), pk=account_id)
    operations.unlink_account(account=account, now=request.now)
    messages.success(request, _("The account is unlinked."))
    return redirect("own_sign_in")


@member_required
@allowed(may_configure)
@proof_required
def rules(request: MemberRequest) -> HttpResponse:
    address = address_of(request)
    providers = queries.providers_of(request.member.workspace_id)
    form = SignInRulesForm(request.POST or None, rules=sign_in_rules_of(request.member.workspace), providers=providers)
    if form.is_valid():
        try:
            operations.change_sign_in_rules(by=request.member, address=address, now=request.now, **form.cleaned_data)
        except operations.UnableToChangeRules as refusal:
            form.add_error("networks", str(refusal))
        else:
            messages.success(request, _("The rules of sign-in are saved."))
            return redirect("sign_in_rules")
    return render(request, "desk/sign_in_rules.html", {"form": form, "address": address, "providers": providers})
