"""What the home page says about breaches of which somebody still has to be told."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.privacy.queries.breaches import open_breaches
from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.enums import NoticeKind
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_guard_privacy


class BreachAlarms(Alarms):
    """
    Those who guard privacy see the clock of each breach until all are told.

    By mail they are told when it begins to run, a day before it is over, and then.
    """

    kind = NoticeKind.BREACHES

    def of(self, member: Member) -> Sequence[Alarm]:
        if not may_guard_privacy(member):
            return []
        now = timezone.now()
        return [
            Alarm(
                _("Breach: %(title)s") % {"title": breach.title},
                _("The 72 hours are over. Tell those who have to know, now.")
                if breach.due_at < now
                else _("%(hours)d hours are left to tell those who have to know.")
                % {"hours": (breach.due_at - now).total_seconds() // 3600},
                breach.get_absolute_url(),
                about=[f"{breach.pk} {min((breach.due_at - now).days, 1) if breach.due_at > now else 'late'}"],
            )
            for breach in open_breaches(member)
        ]
