"""Which personal data this door keeps, why, and for how long."""

from django.utils.translation import gettext_lazy as _

from dangol.integrations.event_files.models import EventFile, EventFilePiece, EventFileProblem
from dangol.workspaces.contracts import Period, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

CHECKED = Period(
    since="event_file__created_at", days=90, least=30, most=365,
    reason=_("An import can be checked and done again while its lines are there."),
)  # fmt: skip

for model, field in ((EventFilePiece, "content"), (EventFileProblem, "text")):
    PersonalData(
        model=model, fields=(field,), title=_("Lines of imported files"), sort=DataSort.BEHAVIOUR,
        purpose=DataPurpose.OPERATION, basis=LegalBasis.INTEREST, kept=CHECKED,
    ).register()  # fmt: skip
tell_nothing_personal(EventFile, "file_name", "encoding", "delimiter", "header")
tell_nothing_personal(EventFileProblem, "code", "detail")
