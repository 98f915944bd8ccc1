"""The page of a broker."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.integrations.devices.forms import BrokerForm
from dangol.integrations.devices.operations import set_up_broker
from dangol.integrations.devices.queries import broker_of
from dangol.tracking.enums import SourceKind
from dangol.tracking.queries import samples_of, sources_of
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
@proof_required
def show(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Where the devices publish, whether we are connected, and what came last."""
    source = get_object_or_404(sources_of(request.member), pk=source_id, kind=SourceKind.DEVICES)
    broker = broker_of(source)
    form = BrokerForm(request.POST or None, instance=broker)
    if form.is_valid():
        password = form.cleaned_data["new_password"]
        set_up_broker(source=source, place=form.place, password=password, member=request.member, now=request.now)
        messages.success(request, _("Saved. The connection is made within seconds."))
        return redirect("devices:source", source.pk)
    shown = {"source": source, "broker": broker, "form": form, "last": samples_of(source).first()}
    part = "#state" if request.htmx and request.method == "GET" else ""
    return render(request, f"devices/broker.html{part}", shown)
