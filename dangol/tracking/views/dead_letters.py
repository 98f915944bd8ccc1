"""What was acknowledged but could not be used, and why."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dangol.kit.pagination import keyset_page
from dangol.tracking import operations, queries
from dangol.tracking.forms import LetterForm
from dangol.tracking.models import DeadLetter
from dangol.tracking.tables import letter_rows, reason_rows
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    """List dead letters, newest first, with reason and text. Administrators only: the texts are personal."""
    wanted = LetterForm(request.GET).wanted
    letters = queries.dead_letters(request.member, wanted)
    page = keyset_page(letters, order=("-received_at", "-id"), after=request.GET.get("after"), size=25)
    sources = {source.pk: source for source in queries.sources_of(request.member)}
    context = {"page": page, "rows": letter_rows(page, sources), "sources": sources.values(), "wanted": wanted}
    context |= {"reasons": reason_rows(queries.letters_by_reason(request.member, wanted.source_id))}
    return render(request, "tracking/dead_letters.html", context)


@require_POST
@member_required
@allowed(may_configure)
def try_one(request: MemberRequest, letter_id: UUID) -> HttpResponse:
    """Take one event in again."""
    letters = queries.dead_letters(request.member).filter(pk=letter_id)
    get_object_or_404(letters)
    return _tried(request, letters)


@require_POST
@member_required
@allowed(may_configure)
def try_all(request: MemberRequest) -> HttpResponse:
    """Take all events in again that were put aside for one reason, or came from one source."""
    return _tried(request, queries.dead_letters(request.member, LetterForm(request.POST).wanted))


def _tried(request: MemberRequest, letters: QuerySet[DeadLetter]) -> HttpResponse:
    try:
        count = operations.try_again(letters=letters, member=request.member, now=request.now)
    except operations.UnableToTryAgain as refusal:
        messages.error(request, str(refusal))
    else:
        told = ngettext(
            "%(count)s event is taken in again. If it still cannot be used, it comes back here.",
            "%(count)s events are taken in again. What still cannot be used comes back here.",
            count,
        )
        messages.success(request, told % {"count": count})
    return redirect("tracking:dead_letters")
