"""What administrators are told before a limit of the workspace is reached, and when it is."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.desk.usage import AT_LIMIT
from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.enums import NoticeKind
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import Standing, standings


class LimitAlarms(Alarms):
    """Administrators see every limit of which four fifths are used."""

    kind = NoticeKind.LIMITS

    def of(self, member: Member) -> Sequence[Alarm]:
        if not may_configure(member):
            return []
        now = timezone.now()
        near = [one for one in standings(member.workspace_id, now=now) if one.is_near]
        month, url = f"{timezone.localdate(now):%Y-%m}", reverse("usage")
        return [
            Alarm(_title(one), str(AT_LIMIT[one.what]), url, about=[f"{one.what} {one.is_urgent} {month}"])
            for one in near
        ]


def _title(standing: Standing) -> str:
    if standing.is_urgent:
        said = _("Limit nearly reached or reached: %(what)s, %(percent)s %%")
    else:
        said = _("Most of a limit is used: %(what)s, %(percent)s %%")
    return said % {"what": standing.what.label, "percent": standing.percent}
