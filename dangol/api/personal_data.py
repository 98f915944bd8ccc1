"""Which personal data this room keeps, why, and for how long."""

from django.utils.translation import gettext_lazy as _

from dangol.api.models import KeptAnswer
from dangol.workspaces.contracts import Kept, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

PersonalData(
    model=KeptAnswer, fields=("body",), title=_("Answers of the API, kept for repeated requests"),
    sort=DataSort.PROFILE, purpose=DataPurpose.OPERATION, basis=LegalBasis.INTEREST, kept=Kept(_("One day")),
).register()  # fmt: skip
tell_nothing_personal(KeptAnswer, "sent", "asked_digest", "headers")
