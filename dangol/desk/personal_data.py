"""Which personal data this room keeps, why, and for how long."""

from django.utils.translation import gettext_lazy as _

from dangol.desk.models import BulkChange, EventExport, EventExportPiece, Notice, NoticeChoice, SavedView
from dangol.workspaces.contracts import WHILE_MEMBER, Kept, Period, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, DataSubjects, LegalBasis

PersonalData(
    model=BulkChange, fields=("ids",), title=_("Changes of many at once"), sort=DataSort.IDENTIFIER,
    purpose=DataPurpose.OPERATION, basis=LegalBasis.INTEREST,
    kept=Period(since="created_at", days=365, least=30, most=1096, reason=_("They can be undone meanwhile.")),
).register()  # fmt: skip
tell_nothing_personal(BulkChange, "detail")
PersonalData(
    model=EventExportPiece, fields=("content",), title=_("Exports of events"), sort=DataSort.BEHAVIOUR,
    purpose=DataPurpose.ANALYSIS, basis=LegalBasis.INTEREST, kept=Kept(_("Seven days")),
).register()  # fmt: skip
PersonalData(
    model=Notice, fields=("about", "noted_at", "left_at"), title=_("Mails to members"), sort=DataSort.ACCESS,
    purpose=DataPurpose.OPERATION, basis=LegalBasis.CONTRACT, whose=DataSubjects.MEMBERS,
    kept=Period(since="noted_at", days=365, least=90, most=1096, reason=_("Nobody is told twice of the same.")),
).register()  # fmt: skip
PersonalData(
    model=NoticeChoice, fields=("is_daily", "left_out"), title=_("Of what members want to be told"),
    sort=DataSort.ACCESS, purpose=DataPurpose.OPERATION, basis=LegalBasis.CONTRACT, kept=WHILE_MEMBER,
    whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
tell_nothing_personal(EventExport, "name")
tell_nothing_personal(SavedView, "name", "columns", "definition", "sort", "grouping")
