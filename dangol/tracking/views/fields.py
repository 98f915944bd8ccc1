"""What the fields of a source mean: said once, on what really came."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.tracking import queries
from dangol.tracking.contracts import FieldMapping
from dangol.tracking.enums import Meaning
from dangol.tracking.forms import EventNamesForm, chosen_meanings
from dangol.tracking.operations import UnableToMapFields, set_mapping
from dangol.tracking.tables import field_rows, sample_rows
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Show the last documents field by field, and keep what their fields mean."""
    source = get_object_or_404(queries.sources_of(request.member), pk=source_id)
    known = FieldMapping.of(source.mapping) if source.mapping else None
    form = EventNamesForm(request.POST) if request.method == "POST" else EventNamesForm.of(known or FieldMapping())
    if request.method == "POST" and form.is_valid():
        fields = chosen_meanings(request.POST)
        try:
            set_mapping(source=source, fields=fields, member=request.member, now=request.now, **form.cleaned_data)
        except UnableToMapFields as refusal:
            messages.error(request, str(refusal))
            known = FieldMapping(fields=fields)
        else:
            messages.success(request, _("Saved. What comes from now on is understood like this."))
            return redirect("tracking:fields", source.pk)
    samples = list(queries.samples_of(source))
    shown = {"source": source, "form": form, "meanings": Meaning.choices, "is_mapped": bool(source.mapping)}
    shown |= {"rows": field_rows(samples, known or FieldMapping()), "samples": sample_rows(samples, known)}
    return render(request, "tracking/fields.html", shown)
