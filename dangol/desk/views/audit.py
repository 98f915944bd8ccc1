"""Who saw, searched, exported, changed or sent what: the audit record on a page and as a file."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from dangol.desk.audit_forms import AuditForm
from dangol.desk.queries.audit import AuditFilter, AuditPage
from dangol.desk.tables.export import audit_lines
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.enums import Deed
from dangol.workspaces.operations import record_act
from dangol.workspaces.permissions import may_audit

DAYS = 30


@member_required
@allowed(may_audit)
def show(request: MemberRequest) -> HttpResponse:
    form = AuditForm(request.GET or None, reader=request.member)
    page = AuditPage(request.member, _wanted(form, request.now), request.GET.get("after"))
    part = "#lines" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"desk/audit.html{part}", {"form": form, "audit": page, "query": _query(request)})


@member_required
@allowed(may_audit)
@proof_required
def export(request: MemberRequest) -> HttpResponse:
    """Stream the entries that the page would show; that somebody did so is an entry itself."""
    wanted = _wanted(AuditForm(request.GET or None, reader=request.member), request.now)
    record_act(member=request.member, verb="export_audit", detail={}, now=request.now, deed=Deed.EXPORT)
    answer = StreamingHttpResponse(audit_lines(request.member, wanted), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate(request.now):%Y%m%d}.csv"'
    return answer  # type: ignore[return-value] # a streaming answer is no HttpResponse, but passes all the same


def _wanted(form: AuditForm, now: datetime) -> AuditFilter:
    """Read what is meant; the last thirty days where nothing, or nonsense, is said."""
    told = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate(now)
    first, last = told.get("first") or today - timedelta(days=DAYS), told.get("last") or today
    return AuditFilter(
        since=timezone.make_aware(datetime.combine(first, time.min)),
        until=timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min)),
        member_id=told.get("member", ""),
        deed=told.get("deed", ""),
        whose=told.get("whose", "").strip(),
    )


def _query(request: MemberRequest) -> str:
    kept = request.GET.copy()
    kept.pop("after", None)
    return kept.urlencode()
