"""Settings: where returned mail arrives, whether it can be read, and when it was."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.integrations.bounce_mailbox import operations
from dangol.integrations.bounce_mailbox.forms import MailboxForm
from dangol.integrations.bounce_mailbox.queries import mailbox_of
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
@proof_required
def mailbox(request: MemberRequest) -> HttpResponse:
    known = mailbox_of(request.member.workspace_id)
    form = MailboxForm(request.POST or None, instance=known)
    if form.is_valid():
        password = form.cleaned_data["new_password"]
        operations.set_mailbox(member=request.member, place=form.place, password=password, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("bounce_mailbox:mailbox")
    return render(request, "bounce_mailbox/mailbox.html", {"form": form, "mailbox": known})


@member_required
@allowed(may_configure)
@require_POST
def try_it(request: MemberRequest) -> HttpResponse:
    try:
        waiting = operations.try_mailbox(workspace_id=request.member.workspace_id)
    except operations.UnableToReadMailbox as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("The mailbox can be read. New mails in it: %(waiting)s") % {"waiting": waiting}
        messages.success(request, told)
    return redirect("bounce_mailbox:mailbox")
