"""Pages of short links, their codes as pictures, and the way through them."""

from io import BytesIO
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dangol.integrations.short_links import operations, queries
from dangol.integrations.short_links.forms import ShortLinkForm
from dangol.tracking.enums import SourceKind
from dangol.tracking.queries import sources_of
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_send

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
SCALE = 12


@member_required
@allowed(may_send)
def source(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """The links of a source with their visits, and a form for the next."""
    found = get_object_or_404(sources_of(request.member), pk=source_id, kind=SourceKind.LINKS)
    form = ShortLinkForm(request.POST or None)
    if form.is_valid():
        try:
            link = operations.make_short_link(
                source=found, told=form.cleaned_data, member=request.member, now=request.now
            )
        except operations.UnableToMakeLink as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The link is made. Try its code before you print it."))
            return redirect("short_links:link", link.pk)
    rows = queries.link_rows(found, now=request.now)
    return render(request, "short_links/source.html", {"source": found, "form": form, "rows": rows})


@member_required
@allowed(may_send)
def show(request: MemberRequest, link_id: UUID) -> HttpResponse:
    """One link: its code, and its visits by day."""
    link = get_object_or_404(queries.links_of(request.member), pk=link_id)
    days = queries.visits_by_day(link, now=request.now)
    shown = {"link": link, "days": days, "visits": sum(day.visits for day in days), "url": _address(link.code)}
    return render(request, "short_links/link.html", shown)


@member_required
@allowed(may_send)
def picture(request: MemberRequest, link_id: UUID, kind: str) -> HttpResponse:
    """The QR code, which a quarter of dirt does not spoil."""
    link = get_object_or_404(queries.links_of(request.member), pk=link_id)
    if kind not in TYPES:
        raise Http404
    drawn = BytesIO()
    segno.make_qr(_address(link.code), error="q").save(drawn, kind=kind, scale=SCALE, light="white")
    answer = HttpResponse(drawn.getvalue(), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'inline; filename="qr-{link.code}.{kind}"'
    return answer


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the page that the link was made for; nothing in the request can change it."""
    link = queries.link_with(code)
    if link is None:
        raise Http404
    ahead = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")).lower()
    address = operations.follow(
        link=link,
        agent=request.headers.get("User-Agent", ""),
        is_person=request.method == "GET" and "prefetch" not in ahead and "preview" not in ahead,
        referrer=request.headers.get("Referer", ""),
        now=timezone.now(),
    )
    return HttpResponseRedirect(address)


def _address(code: str) -> str:
    return settings.PUBLIC_URL + reverse("short_links:follow", args=[code])
