"""Which personal data this room keeps, why, and for how long."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from dangol.segments.models import ComputedTrait, ImportedList, ListedPerson, Segment, SegmentMember, SegmentVersion
from dangol.workspaces.contracts import Kept, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

grouped = partial(PersonalData, sort=DataSort.JUDGEMENT, purpose=DataPurpose.ANALYSIS, basis=LegalBasis.INTEREST)

grouped(
    model=SegmentMember, fields=("entered_at",), title=_("Segments"),
    kept=Kept(_("As long as the segment's conditions hold for the person")),
).register()  # fmt: skip
grouped(
    model=ImportedList, fields=("unknown",), title=_("Imported lists"),
    kept=Kept(_("Until the list is deleted")),
).register()  # fmt: skip
tell_nothing_personal(ImportedList, "name")
grouped(
    model=ListedPerson, fields=("list",), title=_("Imported lists"), kept=Kept(_("Until the list is deleted"))
).register()
tell_nothing_personal(ComputedTrait, "name", "question")
tell_nothing_personal(Segment, "name", "definition")
tell_nothing_personal(SegmentVersion, "definition", "reason")
