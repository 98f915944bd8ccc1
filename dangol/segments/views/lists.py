"""Lists of people that were brought along: which there are, and pasting or uploading another."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.pagination import keyset_page
from dangol.kit.text_files import UnreadableText, decoded, encoding_of
from dangol.kit.uploads import Upload
from dangol.segments import operations, queries
from dangol.segments.models import ImportedList
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.access import MemberRequest, allowed, member_required

LARGEST_FILE = 20 * 1024 * 1024


@member_required
@allowed(may_edit_segments)
def show(request: MemberRequest) -> HttpResponse:
    """List what was brought along, newest first, with the segments that ask for it."""
    page = keyset_page(queries.lists_visible(request.member), after=request.GET.get("after"), size=25)
    rows = queries.with_uses(page.items, request.member)
    return render(request, "segments/lists.html", {"page": page, "rows": rows})


@member_required
@allowed(may_edit_segments)
def create(request: MemberRequest) -> HttpResponse:
    """Take a list in and lead to its segment."""
    context = {"name": request.POST.get("name", ""), "text": request.POST.get("text", "")}
    if request.method == "POST":
        try:
            brought, segment = operations.import_list(
                by=request.member, name=context["name"], text=_text(request), now=request.now
            )
        except OperationError as refusal:
            return render(request, "segments/list_form.html", context | {"problem": str(refusal)})
        messages.success(request, _told(brought))
        return redirect(segment)
    return render(request, "segments/list_form.html", context)


def _text(request: MemberRequest) -> str:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        return request.POST.get("text", "")
    try:
        content = Upload(most_bytes=LARGEST_FILE).clean(uploaded).read()
        return decoded(content, encoding_of(content))
    except UnreadableText:
        raise operations.UnableToImportList(_("This is no text file. Upload a list with one person a line.")) from None
    except ValidationError as refusal:
        raise operations.UnableToImportList(refusal.messages[0]) from None


def _told(brought: ImportedList) -> str:
    if not brought.unknown:
        return _("Everybody on the list is known.")
    parts = {"given": f"{brought.given:,}", "unknown": ", ".join(brought.unknown[:10])}
    return _("%(given)s lines were read. Nobody has: %(unknown)s") % parts
