"""What the home page says about requests that are due."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.customers.queries.rights import requests_due
from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.enums import NoticeKind
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_guard_privacy


class RightsAlarms(Alarms):
    """Those who guard privacy see requests whose time is over, or will be within days."""

    kind = NoticeKind.REQUESTS

    def of(self, member: Member) -> Sequence[Alarm]:
        if not may_guard_privacy(member):
            return []
        late, soon = requests_due(member, now=timezone.now())
        url = reverse("customers:rights_requests")
        told = []
        if late:
            title = ngettext("%(n)d request about data is late", "%(n)d requests about data are late", len(late))
            text = _("The time that the law gives is over. Answer now.")
            told.append(
                Alarm(title % {"n": len(late)}, text, url, about=[f"{one.pk} {one.due_at:%F} late" for one in late])
            )
        if soon:
            title = ngettext("%(n)d request about data is due", "%(n)d requests about data are due", len(soon))
            text = _("Answer within three days, or take more time with a reason.")
            told.append(Alarm(title % {"n": len(soon)}, text, url, about=[f"{one.pk} {one.due_at:%F}" for one in soon]))
        return told
