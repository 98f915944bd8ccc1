"""Messages that wait, failed, or left nobody knows whether: why, and what to do."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from dangol.kit.errors import OperationError
from dangol.kit.pagination import keyset_page
from dangol.messaging import operations, queries
from dangol.messaging.models import Message
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_send

ACTS = {"sent": operations.mark_sent, "again": operations.send_again, "stop": operations.stop_message}


@member_required
def show_list(request: MemberRequest) -> HttpResponse:
    place = request.GET.get("in", "held")
    found = queries.messages_in(request.member, place)
    page = keyset_page(found, after=request.GET.get("after"))
    rows = [(message, queries.why_it_is_there(message, request.user.language)) for message in page]
    context = {
        "page": page,
        "rows": rows,
        "sentences": queries.sentences_of(reasons for _message, reasons in rows),
        "place": place,
        "tabs": queries.tabs(place),
        "may_send": may_send(request.member),
    }
    return render(request, "messaging/message_list.html", context)


@member_required
@allowed(may_send)
@require_POST
def settle(request: MemberRequest, message_id: UUID, act: str) -> HttpResponse:
    message: Message = get_object_or_404(queries.messages_visible_to(request.member), pk=message_id)
    place = message.state
    if act not in ACTS:
        raise Http404
    try:
        ACTS[act](message=message, member=request.member, now=request.now)
    except OperationError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('messaging:messages')}?in={place}")
