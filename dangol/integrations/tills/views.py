"""The page of a till, and where it sends its receipts."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dangol.integrations.tills.operations import UnableToTakeReceipts, take_receipts, till_of
from dangol.tracking.contracts import basic_user
from dangol.tracking.enums import SourceKind
from dangol.tracking.queries import sources_of
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure

LARGEST_BODY = 500 * 1024


@member_required
@allowed(may_configure)
def show(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """How the till sends."""
    source = get_object_or_404(sources_of(request.member), pk=source_id, kind=SourceKind.TILL)
    return render(request, "tills/till.html", {"source": source, "url": settings.PUBLIC_URL})


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take receipts; answered once they are durable."""
    source = till_of(basic_user(request.headers.get("Authorization", "")) or "")
    if source is None:
        return _refused(401, _("This write key is unknown or revoked. Copy the key of an active till."))
    if source.workspace.suspended_at:
        return _refused(409, _("This workspace is suspended. Keep what you have and send it again later."))
    if len(request.body) > LARGEST_BODY:
        return _refused(413, _("One body may have %(size)s KB.") % {"size": LARGEST_BODY // 1024})
    try:
        count = take_receipts(source=source, body=request.body, now=timezone.now())
    except UnableToTakeReceipts as refusal:
        return _refused(400, str(refusal))
    return JsonResponse({"success": True, "receipts": count})


def _refused(status: int, message: str) -> HttpResponse:
    return JsonResponse({"success": False, "message": message}, status=status)
