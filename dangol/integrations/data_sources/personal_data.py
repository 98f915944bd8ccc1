"""Which personal data this door keeps, why, and for how long."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from dangol.integrations.data_sources.models import Run, RunProblem, SeenRow, Source
from dangol.workspaces.contracts import Kept, Period, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

read = partial(PersonalData, purpose=DataPurpose.OPERATION, basis=LegalBasis.INTEREST)

read(
    model=RunProblem, fields=("text", "place"), title=_("Lines that were not taken"), sort=DataSort.PROFILE,
    kept=Period(
        since="run__started_at", days=90, least=30, most=365,
        reason=_("Whoever keeps the source corrects it meanwhile."),
    ),
).register()  # fmt: skip
tell_nothing_personal(RunProblem, "column", "code")
read(
    model=SeenRow, fields=("digest",), title=_("Fingerprints of rows read"), sort=DataSort.IDENTIFIER,
    kept=Kept(_("As long as the source")),
).register()  # fmt: skip
read(
    model=Source, fields=("content",), title=_("Lines of imported files"), sort=DataSort.PROFILE,
    kept=Kept(_("As long as the source")),
).register()  # fmt: skip
tell_nothing_personal(
    Source, "name", "subject", "place", "secrets", "columns", "mapping", "cursor_column", "cursor", "drift"
)
tell_nothing_personal(Run, "position", "cursor_before", "cursor_after", "drift", "error")
