"""Which personal data this room keeps, why, and for how long."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from dangol.tracking.models import (
    DailyCount,
    DeadLetter,
    Event,
    EventDefinition,
    HourlyCount,
    InboxEntry,
    LakeChange,
    LakeFile,
    Order,
    OrderLine,
    PropertyDefinition,
    Refund,
    Sample,
    SchemaWarning,
    Source,
)
from dangol.workspaces.contracts import WITH_ROW, Kept, Period, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

done = partial(PersonalData, sort=DataSort.BEHAVIOUR, purpose=DataPurpose.ANALYSIS, basis=LegalBasis.INTEREST)
bought = partial(PersonalData, sort=DataSort.PURCHASE, purpose=DataPurpose.SALES, basis=LegalBasis.CONTRACT)
on_the_way = partial(PersonalData, sort=DataSort.BEHAVIOUR, purpose=DataPurpose.OPERATION, basis=LegalBasis.INTEREST)

done(
    model=Event, fields=("anonymous_id", "user_id", "name", "properties", "context", "occurred_at"),
    title=_("What you did"),
    kept=Period(
        since="occurred_at", days=1096, least=30, most=3653,
        reason=_("What people did long ago says little about them today. Orders have a period of their own."),
    ),
).register()  # fmt: skip
tell_nothing_personal(Event, "kind", "message_id")
done(model=DailyCount, fields=("name", "day", "count", "amount"), title=_("Counts by day")).register()
bought(
    model=Order, fields=("number", "placed_at", "amount"), title=_("Orders"),
    kept=Period(
        since="placed_at", days=1827, least=1827, most=3653,
        reason=_("Records of contracts and payments are kept for five years (Electronic Commerce Act, 6)."),
    ),
).register()  # fmt: skip
tell_nothing_personal(Order, "currency")
bought(model=OrderLine, fields=("sku", "name"), title=_("Lines of orders"), kept=WITH_ROW).register()
bought(
    model=Refund, fields=("number", "key", "amount"), title=_("Refunds"),
    kept=Period(
        since="refunded_at", days=1827, least=1827, most=3653,
        reason=_("Records of contracts and payments are kept for five years (Electronic Commerce Act, 6)."),
    ),
).register()  # fmt: skip
tell_nothing_personal(Refund, "currency")
on_the_way(
    model=InboxEntry, fields=("body",), title=_("Events on their way in"),
    kept=Kept(_("Until they are stored, within seconds")),
).register()  # fmt: skip
tell_nothing_personal(InboxEntry, "call")
on_the_way(
    model=DeadLetter, fields=("body", "detail"), title=_("Events that could not be used"),
    kept=Period(since="received_at", days=90, least=7, most=365, reason=_("They can be mended meanwhile.")),
).register()  # fmt: skip
tell_nothing_personal(DeadLetter, "code", "call")
on_the_way(
    model=Sample, fields=("body",), title=_("Samples of events"),
    kept=Period(since="received_at", days=90, least=7, most=365, reason=_("They show how a source tells its events.")),
).register()  # fmt: skip
tell_nothing_personal(EventDefinition, "name", "label_ko", "label_en", "description")
tell_nothing_personal(HourlyCount, "name")
tell_nothing_personal(LakeChange, "month")
tell_nothing_personal(LakeFile, "table", "month")
tell_nothing_personal(PropertyDefinition, "name", "types")
tell_nothing_personal(SchemaWarning, "property", "detail")
tell_nothing_personal(Source, "name", "mapping", "key_digest", "key_hint")
