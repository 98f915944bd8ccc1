"""People, companies, how they are recognised, what they agreed to, and the files they came in."""

from dangol.customers.models.company import Company, CompanyMembership
from dangol.customers.models.consent import Consent, ConsentEntry
from dangol.customers.models.people_import import ImportProblem, PeopleImport
from dangol.customers.models.person import Identity, Person
from dangol.customers.models.search import SearchPiece

__all__ = [
    "Company",
    "CompanyMembership",
    "Consent",
    "ConsentEntry",
    "Identity",
    "ImportProblem",
    "PeopleImport",
    "Person",
    "SearchPiece",
]
