"""Writing relations down, on the page of a person, a company or a household."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.operations import UnableToRelate, end_relation, relate, remove_relation
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.ties import MODELS, End, ends_found, ends_visible_to, kind_of_end, relations_seen
from dangol.customers.relation_forms import EndForm, RelationForm, kinds_to_search
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
@allowed(may_change_people)
def new(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Show the form, or keep what was filled in."""
    subject = _subject(request, kind, subject_id)
    asked = {key: request.GET[key] for key in ("way", "other") if key in request.GET}
    form = RelationForm(request.POST or None, subject=subject, member=request.member, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            relate(member=request.member, now=request.now, **form.said())
        except UnableToRelate as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect(f"{subject.get_absolute_url()}#relations")
    question = request.GET.get("q", "") or request.POST.get("q", "")
    found = _found(request, subject, form, question)
    context = {"form": form, "subject": subject, "kind": kind, "found": found, "question": question}
    part = "#found" if request.htmx and request.method == "GET" and "q" in request.GET else ""
    status = 422 if form.errors else 200
    return render(request, f"customers/relation_form.html{part}", context, status=status)


@member_required
@allowed(may_change_people)
@require_POST
def end(request: MemberRequest, kind: str, subject_id: UUID, relation_id: UUID) -> HttpResponse:
    """Write down the last day."""
    subject = _subject(request, kind, subject_id)
    relation = get_object_or_404(relations_seen(subject, request.member), pk=relation_id)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            end_relation(relation=relation, until=form.cleaned_data["until"], now=request.now)
            messages.success(request, _("Noted."))
        except UnableToRelate as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("This is not a date. Write it like 1990-12-31."))
    return redirect(f"{subject.get_absolute_url()}#relations")


@member_required
@allowed(may_change_people)
@require_POST
def remove(request: MemberRequest, kind: str, subject_id: UUID, relation_id: UUID) -> HttpResponse:
    """Delete what was never true."""
    subject = _subject(request, kind, subject_id)
    remove_relation(relation=get_object_or_404(relations_seen(subject, request.member), pk=relation_id))
    messages.success(request, _("The relation is deleted. The history keeps it."))
    return redirect(f"{subject.get_absolute_url()}#relations")


def _subject(request: MemberRequest, kind: str, subject_id: UUID) -> End:
    if kind not in MODELS:
        raise Http404
    found: End = get_object_or_404(ends_visible_to(request.member, kind), pk=subject_id)
    return found


def _found(request: MemberRequest, subject: End, form: RelationForm, question: str) -> list[tuple[str, End, bool]]:
    """Return what the search offers, and what was chosen before it."""
    chosen = str(form["other"].value() or "")
    kinds = kinds_to_search(subject, str(form["way"].value() or ""))
    if chosen and not question:
        kind, _colon, number = chosen.partition(":")
        rows = ends_visible_to(request.member, kind).filter(pk=number) if kind in MODELS else []
        return [(chosen, row, True) for row in rows]
    rows = [row for row in ends_found(request.member, question, kinds) if row.pk != subject.pk]
    return [(key, row, key == chosen) for row in rows for key in [f"{kind_of_end(row)}:{row.pk}"]]
