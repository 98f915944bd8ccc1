"""Reads of the people room."""

from dangol.customers.queries.companies import companies_found
from dangol.customers.queries.consents import ConsentCard, consent_card, existing_customer_until, reconfirmation_due_at
from dangol.customers.queries.imports import (
    ImportColumn,
    ImportView,
    import_view,
    imports_of,
    problem_lines,
    recent_imports,
)
from dangol.customers.queries.search import people_found

__all__ = [
    "ConsentCard",
    "ImportColumn",
    "ImportView",
    "companies_found",
    "consent_card",
    "existing_customer_until",
    "import_view",
    "imports_of",
    "people_found",
    "problem_lines",
    "recent_imports",
    "reconfirmation_due_at",
]
