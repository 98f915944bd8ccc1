"""Settings: who signs the mail, and how much at the most."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.messaging import operations, queries
from dangol.messaging.forms import ContactRulesForm, SenderForm, TestMailForm
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
@proof_required
def sender(request: MemberRequest) -> HttpResponse:
    known = queries.sender_of(request.member.workspace_id)
    form = SenderForm(request.POST or None, instance=known)
    if form.is_valid():
        password = form.cleaned_data["new_password"]
        operations.save_sender(member=request.member, values=form.values, password=password, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("messaging:sender")
    test_form = TestMailForm(initial={"to": request.user.email})
    return render(request, "messaging/sender.html", {"form": form, "sender": known, "test_form": test_form})


@member_required
@allowed(may_configure)
@require_POST
def send_test(request: MemberRequest) -> HttpResponse:
    known, form = queries.sender_of(request.member.workspace_id), TestMailForm(request.POST)
    if known is None or not form.is_valid():
        messages.error(request, _("Save the sender first, and give a valid address."))
        return redirect("messaging:sender")
    try:
        operations.send_test(sender=known, to=form.cleaned_data["to"], member=request.member, now=request.now)
    except operations.UnableToSendTest as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The server took the test mail. Look into your inbox."))
    return redirect("messaging:sender")


@member_required
@allowed(may_configure)
def contact_rules(request: MemberRequest) -> HttpResponse:
    form = ContactRulesForm(request.POST or None, instance=queries.contact_rules_of(request.member.workspace_id))
    if form.is_valid():
        operations.save_contact_rules(member=request.member, values=form.cleaned_data, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("messaging:contact_rules")
    return render(request, "messaging/contact_rules.html", {"form": form})
