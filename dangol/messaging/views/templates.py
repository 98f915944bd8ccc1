"""Templates: the list, writing, rewriting, and looking at them as somebody."""

from uuid import UUID

from csp.decorators import csp
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from dangol.kit.pagination import keyset_page
from dangol.messaging import operations, queries
from dangol.messaging.forms import TemplateForm, WordingForm
from dangol.messaging.models import Template
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_send

MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["*", "data:"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [""],
}


@member_required
def show_list(request: MemberRequest) -> HttpResponse:
    page = keyset_page(queries.templates_visible_to(request.member), after=request.GET.get("after"))
    return render(request, "messaging/template_list.html", {"page": page, "may_send": may_send(request.member)})


@member_required
@allowed(may_send)
def new(request: MemberRequest) -> HttpResponse:
    form = TemplateForm(request.POST or None)
    if form.is_valid():
        try:
            template = operations.create_template(member=request.member, now=request.now, **form.cleaned_data)
        except operations.UnableToSaveTemplate as refusal:
            form.add_error(_part(form, refusal), str(refusal))
        else:
            return redirect("messaging:template_edit", template.pk)
    return _editor(request, form)


@member_required
@allowed(may_send)
def edit(request: MemberRequest, template_id: UUID) -> HttpResponse:
    template = get_object_or_404(queries.templates_visible_to(request.member), pk=template_id)
    version = operations.newest_version(template)
    words = {"subject": version.subject, "preheader": version.preheader, "body": version.body}
    form = WordingForm(request.POST or None, initial=words)
    if form.is_valid():
        try:
            operations.edit_template(template=template, member=request.member, now=request.now, **form.cleaned_data)
        except operations.UnableToSaveTemplate as refusal:
            form.add_error(_part(form, refusal), str(refusal))
        else:
            return redirect("messaging:template_edit", template.pk)
    return _editor(request, form, template)


@csp(MAIL_POLICY)
@xframe_options_sameorigin
@member_required
@require_POST
def preview(request: MemberRequest) -> HttpResponse:
    wanted = queries.person_to_preview(request.member, request.POST.get("person", ""))
    words = {part: request.POST.get(part, "") for part in ("subject", "preheader", "body", "purpose")}
    try:
        mail = operations.render_draft(workspace_id=request.member.workspace_id, person=wanted, **words)
    except operations.UnableToSaveTemplate as refusal:
        return render(request, "messaging/preview_problem.html", {"problem": str(refusal)})
    return HttpResponse(mail.html)


def _editor(request: MemberRequest, form: WordingForm, template: Template | None = None) -> HttpResponse:
    context = {"form": form, "template": template, "people": queries.preview_people(request.member)}
    return render(request, "messaging/template_edit.html", context)


def _part(form: WordingForm, refusal: operations.UnableToSaveTemplate) -> str | None:
    return refusal.part if refusal.part in form.fields else None
