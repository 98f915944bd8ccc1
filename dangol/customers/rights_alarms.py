"""What the home page says about requests that are due."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.customers.queries.rights import requests_due
from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_guard_privacy


class RightsAlarms(Alarms):
    """Those who guard privacy see requests whose time is over, or will be within days."""

    def of(self, member: Member) -> Sequence[Alarm]:
        if not may_guard_privacy(member):
            return []
        late, soon = requests_due(member, now=timezone.now())
        url = reverse("customers:rights_requests")
        told = []
        if late:
            title = ngettext("%(n)d request about data is late", "%(n)d requests about data are late", late)
            told.append(Alarm(title % {"n": late}, _("The time that the law gives is over. Answer now."), url))
        if soon:
            title = ngettext("%(n)d request about data is due", "%(n)d requests about data are due", soon)
            told.append(
                Alarm(title % {"n": soon}, _("Answer within three days, or take more time with a reason."), url)
            )
        return told
