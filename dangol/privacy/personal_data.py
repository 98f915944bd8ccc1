"""Which personal data this room keeps, why, and for how long."""

from django.utils.translation import gettext_lazy as _

from dangol.privacy.models import Breach, BreachStep, RetentionChoice, RetentionRun
from dangol.workspaces.contracts import Period, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, DataSubjects, LegalBasis

PersonalData(
    model=Breach, fields=("contact", "happened"), title=_("Records of breaches"), sort=DataSort.CONTACT,
    purpose=DataPurpose.DUTIES, basis=LegalBasis.LAW, whose=DataSubjects.MEMBERS,
    kept=Period(
        since="found_at", days=1827, least=1096, most=3653,
        reason=_("Proof that a breach was told in time (PIPA 34, GDPR 33(5))."),
    ),
).register()  # fmt: skip
tell_nothing_personal(Breach, "title", "sorts", "advice", "measures")
tell_nothing_personal(BreachStep, "note")
tell_nothing_personal(RetentionChoice, "table")
tell_nothing_personal(RetentionRun, "table")
