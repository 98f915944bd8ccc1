"""What the home page says about sources that need somebody."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dangol.integrations.data_sources.queries import sources_in_trouble
from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_configure


class SourceAlarms(Alarms):
    """Administrators see sources whose columns changed or whose last run failed."""

    def of(self, member: Member) -> Sequence[Alarm]:
        if not may_configure(member):
            return []
        return [
            Alarm(
                title=_("Data source %(name)s needs you") % {"name": source.name},
                text=source.trouble,
                url=source.get_absolute_url(),
            )
            for source in sources_in_trouble(member.workspace_id)
        ]
