"""Which personal data this room keeps, why, and for how long."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from dangol.messaging.models import (
    ConsentNotice,
    Message,
    Mute,
    PolicyDecision,
    Reaction,
    Sender,
    Suppression,
    Template,
    TemplateVersion,
)
from dangol.workspaces.contracts import WITH_ROW, Kept, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, DataSubjects, LegalBasis

written = partial(PersonalData, sort=DataSort.MESSAGE, purpose=DataPurpose.MARKETING, basis=LegalBasis.CONSENT)
proven = partial(PersonalData, purpose=DataPurpose.DUTIES, basis=LegalBasis.LAW)

written(model=Message, fields=("address", "sent_at", "state"), title=_("Messages")).register()
tell_nothing_personal(Message, "send_key", "claimed_by", "error")
written(model=Reaction, fields=("kind", "at", "evidence"), title=_("Answers to messages"), kept=WITH_ROW).register()
proven(
    model=PolicyDecision, fields=("outcome", "reasons", "facts"), title=_("Why we wrote, and why not"),
    sort=DataSort.JUDGEMENT,
).register()  # fmt: skip
proven(
    model=Mute, fields=("topic_id", "at"), title=_("What you do not want to hear of"), sort=DataSort.CONSENT
).register()
proven(
    model=ConsentNotice, fields=("kind", "at"), title=_("What we told you about your consent"), sort=DataSort.CONSENT,
    kept=Kept(_("Until the person is erased; then three years as proof (Network Act, 50)")),
).register()  # fmt: skip
proven(
    model=Suppression, fields=("address", "evidence"), title=_("Addresses not written to"), sort=DataSort.CONTACT,
).register()  # fmt: skip
proven(
    model=Sender, fields=("name", "email", "phone", "postal_address", "bounce_address"), title=_("Sender"),
    sort=DataSort.CONTACT, kept=Kept(_("Until the settings are changed")), whose=DataSubjects.MEMBERS,
).register()  # fmt: skip
tell_nothing_personal(Sender, "host", "user", "password")
tell_nothing_personal(Template, "name", "transactional_reason", "intended_feeling", "language")
tell_nothing_personal(TemplateVersion, "subject", "preheader", "body")
