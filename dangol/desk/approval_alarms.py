"""Members see on their home page what waits for their answer."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.enums import NoticeKind
from dangol.workspaces.models import Member
from dangol.workspaces.queries import waiting_for


class ApprovalAlarms(Alarms):
    """Colleagues wait for somebody to agree."""

    kind = NoticeKind.APPROVALS

    def of(self, member: Member) -> Sequence[Alarm]:
        waiting = [str(one.pk) for one in waiting_for(member, now=timezone.now())]
        if not waiting:
            return []
        title = ngettext("%(count)d approval waits for you", "%(count)d approvals wait for you", len(waiting))
        text = _("A colleague cannot go on before you have answered.")
        return [Alarm(title % {"count": len(waiting)}, text, reverse("approvals"), about=waiting)]
