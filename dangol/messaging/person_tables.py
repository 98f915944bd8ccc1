"""Which tables of this room speak of a person."""

from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Delete, Keep, OnMerge, PersonTable
from dangol.messaging.models import ConsentNotice, Message, Mute, PolicyDecision, Reaction

PersonTable(
    model=PolicyDecision,
    on_merge=OnMerge.MOVE,
    title=_("Why we wrote, and why not"),
    on_erasure=Delete(),
    exported=("at", "channel", "purpose", "outcome", "hold_until", "reasons", "facts"),
).register()
PersonTable(
    model=Message,
    on_merge=OnMerge.MOVE,
    title=_("Messages"),
    on_erasure=Delete(),
    exported=("created_at", "channel", "purpose", "address", "state", "due_at", "sent_at"),
).register()
PersonTable(
    model=Reaction,
    on_merge=OnMerge.MOVE,
    title=_("Answers to messages"),
    on_erasure=Delete(),
    exported=("at", "kind", "machine", "evidence"),
).register()
PersonTable(
    model=Mute,
    on_merge=OnMerge.KEEP_ONE,
    title=_("What you do not want to hear of"),
    on_erasure=Delete(),
    exported=("topic_id", "at"),
).register()
PersonTable(
    model=ConsentNotice,
    on_merge=OnMerge.MOVE,
    title=_("What we told you about your consent"),
    on_erasure=Keep(_("Proof of consent and of its withdrawal (Information and Communications Network Act, 50)"), 3),
    exported=("at", "kind"),
).register()
