"""Which personal data this room keeps, why, and for how long."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from dangol.relations.models import (
    Attention,
    AttentionCharge,
    Feeling,
    Hurt,
    HurtResolution,
    Promise,
    PromiseEnd,
    StoryEntry,
    Strength,
)
from dangol.workspaces.contracts import WITH_ROW, Period, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

told = partial(PersonalData, purpose=DataPurpose.RELATIONSHIP, basis=LegalBasis.INTEREST)
COMPLAINTS_KEPT = _("Complaints are kept for three years after they were settled (Electronic Commerce Act, 6).")

told(
    model=StoryEntry, fields=("kind", "details", "at"), title=_("Your story with us"), sort=DataSort.BEHAVIOUR
).register()
tell_nothing_personal(StoryEntry, "source_table")
told(
    model=Feeling, fields=("valence", "intensity", "touchpoint", "evidence"), title=_("Feelings"),
    sort=DataSort.JUDGEMENT,
    kept=Period(since="at", days=1096, least=30, most=3653, reason=_("Feelings pass. Old ones are no use.")),
).register()  # fmt: skip
told(model=Promise, fields=("sentence", "due_at", "made_at"), title=_("Promises"), sort=DataSort.MESSAGE).register()
told(model=PromiseEnd, fields=("note",), title=_("Promises"), sort=DataSort.MESSAGE, kept=WITH_ROW).register()
PersonalData(
    model=Hurt, fields=("reason", "opened_at"), title=_("Complaints"), sort=DataSort.MESSAGE,
    purpose=DataPurpose.SALES, basis=LegalBasis.LAW,
    kept=Period(
        since="opened_at", days=1827, least=1461, most=3653, reason=COMPLAINTS_KEPT,
    ),
).register()  # fmt: skip
PersonalData(
    model=HurtResolution, fields=("note",), title=_("Complaints"), sort=DataSort.MESSAGE, kept=WITH_ROW,
    purpose=DataPurpose.SALES, basis=LegalBasis.LAW,
).register()  # fmt: skip
told(model=Attention, fields=("load", "at"), title=_("Attention"), sort=DataSort.JUDGEMENT).register()
told(
    model=AttentionCharge, fields=("channel", "reason", "points", "at"), title=_("What contacts cost in attention"),
    sort=DataSort.JUDGEMENT,
    kept=Period(since="at", days=1096, least=90, most=3653, reason=_("Attention comes back within weeks.")),
).register()  # fmt: skip
told(
    model=Strength, fields=("score", "trend", "parts", "alive", "expected_orders", "expected_amount"),
    title=_("Strength of the relationship"), sort=DataSort.JUDGEMENT,
).register()  # fmt: skip
