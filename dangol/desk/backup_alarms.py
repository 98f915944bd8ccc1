"""What is wrong with the backups, in words, and who is told on the home page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.kit.backup_state import Backups, backups
from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.enums import NoticeKind
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import runs_the_installation


@dataclass(frozen=True)
class Failing:
    """What is wrong, and what to do."""

    title: Promise
    text: Promise


WARNINGS = {
    "problem": Failing(
        _("The last backup failed"), _("It is tried again every ten minutes. What the server said stands below.")
    ),
    "none": Failing(_("There is no backup yet"), _("The first one is made within minutes after Dangol has started.")),
    "old": Failing(
        _("The last backup is too old"),
        _("One is made every day. Is Dangol running with DANGOL_BACKUP, and is there room where they go?"),
    ),
    "behind": Failing(
        _("Changes are not being backed up"),
        _("What changed since the time below would be lost with this disk. Is the place there, and is there room?"),
    ),
    "drill": Failing(
        _("The backup could not be restored"),
        _("The last drill failed for the reason below. Back up and repeat the drill; keep the old copies meanwhile."),
    ),
}
"""By what `Backups.failing` says. Backups that are switched off are no failure: the page says how to switch them on."""


class BackupAlarms(Alarms):
    """Those who run the installation see that its backups fail. By mail they are told once a day."""

    kind = NoticeKind.BACKUPS

    def of(self, member: Member) -> Sequence[Alarm]:
        if not may_configure(member):
            return []
        now = timezone.now()
        failing = standing().failing(now)
        if failing not in WARNINGS or not runs_the_installation(member):
            return []
        warning, day = WARNINGS[failing], timezone.localdate(now)
        return [Alarm(str(warning.title), str(warning.text), reverse("backups"), about=[f"{failing} {day:%F}"])]


def standing() -> Backups:
    """Look at the backups of this installation."""
    return backups(settings.DATA_DIRECTORY, settings.BACKUP)
