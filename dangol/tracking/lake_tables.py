"""What the lake copies of this room and of the rooms below."""

from dangol.customers.models import (
    Company,
    Consent,
    CustomObject,
    CustomRecord,
    FieldDefinition,
    FieldValue,
    GuardianConsent,
    Person,
    RecordLink,
    Relation,
    Restriction,
    Tagging,
)
from dangol.tracking.contracts import LakeTable
from dangol.tracking.models import DailyCount, Event, Order

LakeTable(model=Event, without=("message_id", "context")).register()
LakeTable(model=DailyCount).register()
LakeTable(model=Order).register()
LakeTable(model=Person, without=("initials", "won", "address")).register()
LakeTable(model=Company, without=("initials", "won", "address")).register()
LakeTable(model=CustomObject).register()
LakeTable(model=CustomRecord).register()
LakeTable(model=RecordLink).register()
LakeTable(model=FieldDefinition, without=("choices", "default", "help_text")).register()
LakeTable(model=FieldValue, without=("once",)).register()
LakeTable(model=Relation).register()
LakeTable(model=Consent).register()
LakeTable(model=Restriction, without=("reason",)).register()
LakeTable(
    model=GuardianConsent, without=("guardian_name", "guardian_contact", "method", "evidence", "by", "withdrawn_by")
).register()
LakeTable(model=Tagging).register()
