"""Which tables of this room speak of a person or a company."""

from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Anonymise, CompanyTable, Delete, Keep, OnMerge, PersonTable
from dangol.customers.models import (
    Change,
    CompanyMatchKey,
    CompanyToCompare,
    Consent,
    ConsentEntry,
    ConsentQuestion,
    ContactPoint,
    DuplicatePair,
    FieldFile,
    FieldValue,
    GuardianConsent,
    Identity,
    MatchKey,
    Merge,
    RecordLink,
    Relation,
    Restriction,
    RightsCopy,
    RightsRequest,
    SealedValue,
    Share,
    Tagging,
    Telling,
    ToCompare,
)

IDENTITY = ("kind", "value", "origin", "created_at")
CONSENT = ("purpose", "channel", "state", "night", "basis", "expires_at", "at")
CONTACT_POINT = ("kind", "use", "value", "parts", "is_shared", "origin", "first_told_at", "last_told_at")
TELLING = ("origin", "told", "told_at")
TAGGING = ("tag", "at")
RELATION = (
    "kind",
    "source_person",
    "source_company",
    "source_household",
    "target_person",
    "target_company",
    "target_household",
    "title",
    "since",
    "until",
    "note",
    "origin",
)

PersonTable(
    model=Identity, on_merge=OnMerge.MOVE, title=_("Recognised by"), on_erasure=Delete(), exported=IDENTITY
).register()
PersonTable(
    model=ConsentEntry,
    on_merge=OnMerge.MOVE,
    title=_("Consent ledger"),
    on_erasure=Keep(_("Proof of consent and of its withdrawal (Information and Communications Network Act, 50)"), 3),
    exported=(*CONSENT, "wording_version", "source", "evidence", "recorded_at"),
).register()
PersonTable(
    model=Consent, on_merge=OnMerge.RECOMPUTE, title=_("Consents"), on_erasure=Delete(), exported=CONSENT
).register()
PersonTable(
    model=ConsentQuestion,
    on_merge=OnMerge.MOVE,
    title=_("Questions for consent"),
    on_erasure=Delete(),
    exported=("purpose", "channel", "night", "wording_version", "source", "asked_at", "answered_at"),
).register()
PersonTable(
    model=Restriction,
    on_merge=OnMerge.KEEP_ONE,
    title=_("Stops of processing"),
    on_erasure=Delete(),
    exported=("reason", "at", "lifted_at"),
).register()
PersonTable(
    model=RightsRequest,
    on_merge=OnMerge.MOVE,
    title=_("Requests about your data"),
    on_erasure=Anonymise(("person", "note", "reply", "identity_proof", "extension_reason")),
    exported=(
        "kind",
        "law",
        "state",
        "asked_at",
        "due_at",
        "done_at",
        "note",
        "extension_reason",
        "refusal_ground",
        "reply",
    ),
).register()
PersonTable(
    model=GuardianConsent,
    on_merge=OnMerge.KEEP_ONE,
    title=_("Consents of guardians"),
    on_erasure=Keep(_("Proof of consent and of its withdrawal (Information and Communications Network Act, 50)"), 3),
    exported=("guardian_name", "guardian_contact", "method", "evidence", "at", "withdrawn_at"),
).register()
PersonTable(model=SealedValue, on_merge=OnMerge.KEEP_ONE, title=_("Sealed fields"), on_erasure=Delete()).register()
for registrar in (PersonTable, CompanyTable):
    registrar(model=Share, on_merge=OnMerge.MOVE, title=_("Shared with"), on_erasure=Delete()).register()
PersonTable(model=RightsCopy, on_merge=OnMerge.MOVE, title=_("Copies of your data"), on_erasure=Delete()).register()
PersonTable(
    model=ContactPoint,
    on_merge=OnMerge.KEEP_ONE,
    title=_("Ways to reach you"),
    on_erasure=Delete(),
    exported=CONTACT_POINT,
).register()
PersonTable(
    model=Telling, on_merge=OnMerge.KEEP_ONE, title=_("What each source said"), on_erasure=Delete(), exported=TELLING
).register()
PersonTable(model=Tagging, on_merge=OnMerge.KEEP_ONE, title=_("Tags"), on_erasure=Delete(), exported=TAGGING).register()
for end in ("source_person", "target_person"):
    PersonTable(
        model=Relation,
        link=end,
        on_merge=OnMerge.KEEP_ONE,
        title=_("Relations"),
        on_erasure=Delete(),
        exported=RELATION,
    ).register()
for registrar in (PersonTable, CompanyTable):
    registrar(
        model=FieldValue, link="record_id", on_merge=OnMerge.STAY, title=_("Search index"), on_erasure=Delete()
    ).register()
    registrar(model=Change, link="about_id", on_merge=OnMerge.STAY, title=_("History"), on_erasure=Delete()).register()
for derived in (MatchKey, ToCompare):
    PersonTable(model=derived, on_merge=OnMerge.STAY, title=_("Search for duplicates"), on_erasure=Delete()).register()
for end in ("person", "other_person"):
    PersonTable(
        model=DuplicatePair, link=end, on_merge=OnMerge.STAY, title=_("Search for duplicates"), on_erasure=Delete()
    ).register()
for end in ("kept_person", "merged_person"):
    PersonTable(
        model=Merge, link=end, on_merge=OnMerge.STAY, title=_("Merges"), on_erasure=Delete(), exported=("at",)
    ).register()

CompanyTable(
    model=ContactPoint, on_merge=OnMerge.KEEP_ONE, title=_("Ways to reach you"), on_erasure=Delete()
).register()
CompanyTable(model=Telling, on_merge=OnMerge.KEEP_ONE, title=_("What each source said"), on_erasure=Delete()).register()
CompanyTable(model=Tagging, on_merge=OnMerge.KEEP_ONE, title=_("Tags"), on_erasure=Delete()).register()
for end in ("source_company", "target_company"):
    CompanyTable(
        model=Relation, link=end, on_merge=OnMerge.KEEP_ONE, title=_("Relations"), on_erasure=Delete()
    ).register()
for derived_of_company in (CompanyMatchKey, CompanyToCompare):
    CompanyTable(
        model=derived_of_company, on_merge=OnMerge.STAY, title=_("Search for duplicates"), on_erasure=Delete()
    ).register()
for end in ("company", "other_company"):
    CompanyTable(
        model=DuplicatePair, link=end, on_merge=OnMerge.STAY, title=_("Search for duplicates"), on_erasure=Delete()
    ).register()
for end in ("kept_company", "merged_company"):
    CompanyTable(model=Merge, link=end, on_merge=OnMerge.STAY, title=_("Merges"), on_erasure=Delete()).register()

PersonTable(
    model=RecordLink,
    on_merge=OnMerge.KEEP_ONE,
    title=_("Records"),
    on_erasure=Delete(),
    exported=("record", "created_at"),
).register()
PersonTable(
    model=FieldFile,
    on_merge=OnMerge.MOVE,
    title=_("Files"),
    on_erasure=Delete(),
    exported=("name", "content_type", "size", "created_at"),
).register()
CompanyTable(model=RecordLink, on_merge=OnMerge.KEEP_ONE, title=_("Records"), on_erasure=Delete()).register()
CompanyTable(model=FieldFile, on_merge=OnMerge.MOVE, title=_("Files"), on_erasure=Delete()).register()
