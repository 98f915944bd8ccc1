"""People, companies, how they belong together and are recognised, what they agreed to, the files they came in."""

from dangol.customers.models.change import Change
from dangol.customers.models.company import Company, Household
from dangol.customers.models.consent import Consent, ConsentEntry
from dangol.customers.models.custom_record import CustomObject, CustomRecord, FieldFile, FilePiece, RecordLink
from dangol.customers.models.duplicate import (
    CompanyMatchKey,
    CompanyToCompare,
    DuplicatePair,
    DuplicateScan,
    MatchKey,
    ToCompare,
)
from dangol.customers.models.field import FieldDefinition, FieldValue
from dangol.customers.models.guardian import GuardianConsent
from dangol.customers.models.merge import Merge, MergedRow, Unmerge
from dangol.customers.models.people_import import (
    ImportLeftover,
    ImportPiece,
    ImportProblem,
    ImportStep,
    PeopleImport,
    SavedMapping,
)
from dangol.customers.models.person import Identity, Person
from dangol.customers.models.provenance import ContactPoint, SourceTrust, Telling
from dangol.customers.models.relation import Relation
from dangol.customers.models.rights import ErasedKey, Restriction, RightsCopy, RightsRequest
from dangol.customers.models.sealed_field import SealedField, SealedValue
from dangol.customers.models.search import SearchKey, SearchTail
from dangol.customers.models.share import Share
from dangol.customers.models.tag import Tag, Tagging
from dangol.customers.models.wording import ConsentQuestion, ConsentRules, ConsentWording

__all__ = [
    "Change",
    "Company",
    "CompanyMatchKey",
    "CompanyToCompare",
    "Consent",
    "ConsentEntry",
    "ConsentQuestion",
    "ConsentRules",
    "ConsentWording",
    "ContactPoint",
    "CustomObject",
    "CustomRecord",
    "DuplicatePair",
    "DuplicateScan",
    "ErasedKey",
    "FieldDefinition",
    "FieldFile",
    "FieldValue",
    "FilePiece",
    "GuardianConsent",
    "Household",
    "Identity",
    "ImportLeftover",
    "ImportPiece",
    "ImportProblem",
    "ImportStep",
    "MatchKey",
    "Merge",
    "MergedRow",
    "PeopleImport",
    "Person",
    "RecordLink",
    "Relation",
    "Restriction",
    "RightsCopy",
    "RightsRequest",
    "SavedMapping",
    "SealedField",
    "SealedValue",
    "SearchKey",
    "SearchTail",
    "Share",
    "SourceTrust",
    "Tag",
    "Tagging",
    "Telling",
    "ToCompare",
    "Unmerge",
]
