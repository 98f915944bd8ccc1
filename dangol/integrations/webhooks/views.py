"""The page of a webhook, and the door itself."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dangol.integrations.webhooks.forms import WebhookForm
from dangol.integrations.webhooks.operations import UnableToSetUpWebhook, set_up_webhook, take_webhook
from dangol.integrations.webhooks.queries import webhook_at, webhook_of
from dangol.integrations.webhooks.signatures import BadSignature
from dangol.tracking.enums import SourceKind
from dangol.tracking.queries import samples_of, sources_of
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure

LARGEST_BODY = 500 * 1024


@member_required
@allowed(may_configure)
@proof_required
def show(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """The address to give to the sender, how it signs, and whether it does so rightly."""
    source = get_object_or_404(sources_of(request.member), pk=source_id, kind=SourceKind.WEBHOOK)
    webhook = webhook_of(source)
    form = WebhookForm(request.POST or None, webhook=webhook)
    if form.is_valid():
        try:
            set_up_webhook(source=source, member=request.member, now=request.now, **form.cleaned_data)
        except UnableToSetUpWebhook as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("webhooks:source", source.pk)
    shown = {"source": source, "webhook": webhook, "form": form, "url": settings.PUBLIC_URL}
    return render(request, "webhooks/webhook.html", shown | {"last": samples_of(source).first()})


@csrf_exempt
@require_POST
def receive(request: HttpRequest, address: str) -> HttpResponse:
    """Take a signed body; answered once it is durable. 401: the signature is wrong; 409: come again later."""
    webhook = webhook_at(address)
    if webhook is None:
        raise Http404
    if webhook.source.workspace.suspended_at:
        return _answer(409, _("This workspace is suspended. Keep what you have and send it again later."))
    if len(request.body) > LARGEST_BODY:
        return _answer(413, _("One body may have %(size)s KB.") % {"size": LARGEST_BODY // 1024})
    try:
        take_webhook(webhook=webhook, headers=request.headers, body=request.body, now=timezone.now())
    except BadSignature:
        return _answer(401, _("The signature is wrong or too old. Check the secret and the clock."))
    return JsonResponse({"success": True})


def _answer(status: int, message: str) -> HttpResponse:
    return JsonResponse({"success": False, "message": message}, status=status)
