"""Which personal data this room keeps, why, and for how long."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from dangol.customers.models import (
    Change,
    Company,
    Consent,
    ConsentEntry,
    ConsentQuestion,
    ConsentWording,
    ContactPoint,
    CustomObject,
    CustomRecord,
    DuplicatePair,
    ErasedKey,
    FieldDefinition,
    FieldFile,
    FieldValue,
    FilePiece,
    GuardianConsent,
    Household,
    Identity,
    ImportLeftover,
    ImportPiece,
    ImportProblem,
    ImportStep,
    MatchKey,
    Merge,
    MergedRow,
    PeopleImport,
    Person,
    RecordLink,
    Relation,
    Restriction,
    RightsCopy,
    RightsRequest,
    SavedMapping,
    SealedField,
    SealedValue,
    SearchKey,
    SearchTail,
    Share,
    SourceTrust,
    Tag,
    Tagging,
    Telling,
    ToCompare,
    Unmerge,
)
from dangol.customers.operations import erase_people
from dangol.workspaces.contracts import WHILE_CUSTOMER, WITH_ROW, Kept, Period, PersonalData, tell_nothing_personal
from dangol.workspaces.enums import DataPurpose, DataSort, LegalBasis

related = partial(PersonalData, purpose=DataPurpose.RELATIONSHIP, basis=LegalBasis.CONTRACT)
proven = partial(PersonalData, sort=DataSort.CONSENT, purpose=DataPurpose.DUTIES, basis=LegalBasis.LAW)
YEARS_3 = 1096

# fmt: off
related(
    model=Person, fields=("name", "family_name", "given_name", "honorific", "email", "phone", "country", "postal_code",
    "city", "address"), title=_("Names, addresses and numbers"), sort=DataSort.CONTACT,
    kept=Period(
        since="last_seen_at", days=1096, least=365, most=3653, end=erase_people,
        reason=_("Who was not seen for so long is a customer no more, and is erased whole (PIPA 21)."),
    ),
).register()
related(
    model=Person, fields=("external_id",), title=_("Customer numbers"), sort=DataSort.IDENTIFIER,
).register()
related(
    model=Person, fields=("born_on", "language", "time_zone", "fields", "won"), title=_("Details, and own fields"),
    sort=DataSort.PROFILE,
).register()
related(
    model=Person, fields=("bigrams", "initials"), title=_("Search index"), sort=DataSort.CONTACT, kept=WITH_ROW,
).register()
tell_nothing_personal(Person, "origin")
related(
    model=Company, fields=("name", "email", "phone", "address", "postal_code", "city", "country", "business_number",
    "external_id", "domain", "fields", "won", "bigrams", "initials"),
    title=_("Companies, as far as they are one person"), sort=DataSort.CONTACT,
    kept=Kept(_("Until the company is deleted")),
).register()
tell_nothing_personal(Company, "industry", "origin")
related(
    model=Household, fields=("name", "address", "note"), title=_("Households"), sort=DataSort.PROFILE,
    kept=Kept(_("Until the household is deleted")),
).register()
related(
    model=CustomRecord, fields=("name", "external_id", "fields", "bigrams", "initials"), title=_("Records"),
    sort=DataSort.PROFILE, kept=Kept(_("Until the record is deleted")),
).register()
tell_nothing_personal(CustomRecord, "origin")
related(
    model=RecordLink, fields=("created_at",), title=_("Records"), sort=DataSort.PROFILE,
).register()
related(
    model=Identity, fields=("value",), title=_("Recognised by"), sort=DataSort.IDENTIFIER,
).register()
tell_nothing_personal(Identity, "origin")
related(
    model=ContactPoint, fields=("value", "parts"), title=_("Ways to reach you"), sort=DataSort.CONTACT,
).register()
tell_nothing_personal(ContactPoint, "origin")
related(
    model=Telling, fields=("told", "told_at"), title=_("What each source said"), sort=DataSort.PROFILE,
).register()
tell_nothing_personal(Telling, "origin")
related(
    model=Relation, fields=("title", "since", "until", "note"), title=_("Relations"), sort=DataSort.PROFILE,
).register()
tell_nothing_personal(Relation, "origin")
related(model=Tagging, fields=("at",), title=_("Tags"), sort=DataSort.JUDGEMENT).register()
related(model=Share, fields=("until", "at"), title=_("Shared with"), sort=DataSort.ACCESS).register()
related(
    model=FieldValue, fields=("words", "once", "number"), title=_("Search index"), sort=DataSort.PROFILE, kept=WITH_ROW,
).register()
related(
    model=FieldFile, fields=("name",), title=_("Files"), sort=DataSort.PROFILE,
).register()
tell_nothing_personal(FieldFile, "content_type", "digest")
related(
    model=FilePiece, fields=("content",), title=_("Files"), sort=DataSort.PROFILE, kept=WITH_ROW,
).register()
PersonalData(
    model=SealedValue, fields=("value", "fingerprint"), title=_("Sealed fields"), sort=DataSort.SEALED,
    purpose=DataPurpose.RELATIONSHIP, basis=LegalBasis.CONSENT,
).register()
related(
    model=Change, fields=("reason", "before", "after"), title=_("History"), sort=DataSort.PROFILE,
).register()
tell_nothing_personal(Change, "kind")
for index, fields in ((SearchKey, ("name", "rest", "initials", "phone_end", "domain")), (SearchTail, ("tail",))):
    related(
        model=index, fields=fields, title=_("Search index"), sort=DataSort.CONTACT, kept=WITH_ROW,
    ).register()
related(
    model=MatchKey, fields=("key",), title=_("Search for duplicates"), sort=DataSort.IDENTIFIER, kept=WITH_ROW,
).register()
related(
    model=ToCompare, fields=("person",), title=_("Search for duplicates"), sort=DataSort.IDENTIFIER,
    kept=Kept(_("Until they are compared, within minutes")),
).register()
related(
    model=DuplicatePair, fields=("evidence", "score"), title=_("Search for duplicates"), sort=DataSort.JUDGEMENT,
).register()
related(
    model=Merge, fields=("choices", "before", "after", "merged_before", "joined"), title=_("Merges"),
    sort=DataSort.PROFILE,
).register()
related(
    model=MergedRow, fields=("row",), title=_("Merges"), sort=DataSort.PROFILE, kept=WITH_ROW,
).register()
tell_nothing_personal(MergedRow, "table_name", "column_name", "part")
related(
    model=Unmerge, fields=("left",), title=_("Merges"), sort=DataSort.PROFILE, kept=WITH_ROW,
).register()
related(
    model=ImportPiece, fields=("content",), title=_("Lines of imported files"), sort=DataSort.PROFILE,
    kept=Period(
        since="people_import__created_at", days=90, least=30, most=365,
        reason=_("An import can be checked and done again while its lines are there."),
    ),
).register()
related(
    model=ImportProblem, fields=("text",), title=_("Lines that were not taken"), sort=DataSort.PROFILE,
    kept=Period(
        since="people_import__created_at", days=90, least=30, most=365,
        reason=_("Whoever imported the file corrects it meanwhile."),
    ),
).register()
tell_nothing_personal(ImportProblem, "code", "column")
related(
    model=ImportLeftover, fields=("label",), title=_("What an undone import left"), sort=DataSort.PROFILE,
    kept=WITH_ROW,
).register()
tell_nothing_personal(ImportLeftover, "kind", "column")
tell_nothing_personal(
    ImportStep, "people", "companies", "identities", "relations", "records", "links", "tags", "taggings", "consents"
)
tell_nothing_personal(
    PeopleImport, "target", "file_name", "sheets", "encoding", "delimiter", "header", "mapping", "options", "consent"
)
proven(
    model=ConsentEntry, fields=("evidence", "wording_version", "source"), title=_("Consent ledger"),
    kept=Kept(_("Until the person is erased; then three years as proof (Network Act, 50)")),
).register()
proven(model=Consent, fields=("state", "at"), title=_("Consents"), kept=WHILE_CUSTOMER).register()
proven(
    model=ConsentQuestion, fields=("asked_at", "answered_at"), title=_("Questions for consent"),
).register()
tell_nothing_personal(ConsentQuestion, "wording_version", "source")
proven(
    model=RightsRequest, fields=("note", "reply", "identity_proof", "extension_reason", "results"),
    title=_("Requests about your data"),
    kept=Period(
        since="done_at", days=YEARS_3, least=YEARS_3, most=3653, only={"done_at__isnull": False},
        reason=_("Records of requests are kept for three years (PIPA decree, 42-6)."),
    ),
).register()
proven(
    model=GuardianConsent, fields=("guardian_name", "guardian_contact", "evidence"), title=_("Consents of guardians"),
    kept=Kept(_("Until the person is erased; then three years as proof (Network Act, 50)")),
).register()
proven(model=Restriction, fields=("reason",), title=_("Stops of processing")).register()
proven(
    model=RightsCopy, fields=("content",), title=_("Copies of your data"), kept=Kept(_("Seven days")),
).register()
proven(
    model=ErasedKey, fields=("digest",), title=_("Unreadable fingerprints of who was erased"),
    kept=Kept(_("As long as the workspace: they keep old files from bringing the person back")),
).register()
# fmt: on
tell_nothing_personal(ConsentWording, "label", "channels", "korean", "english")
tell_nothing_personal(CustomObject, "key", "label", "plural", "help_text")
tell_nothing_personal(
    FieldDefinition, "object", "key", "label", "target", "currency", "choices", "former_choices", "default", "help_text"
)
tell_nothing_personal(SavedMapping, "name", "target", "meanings")
tell_nothing_personal(SealedField, "label", "help_text")
tell_nothing_personal(SourceTrust, "origin")
tell_nothing_personal(Tag, "name")
