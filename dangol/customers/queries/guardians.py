"""Children, and the guardians who agreed for them."""

from datetime import date, datetime

from dangol.customers.models import GuardianConsent, Person
from dangol.customers.queries.consents import SEOUL

CHILDHOOD_YEARS = 14


def is_child(person: Person, now: datetime) -> bool:
    """Whether somebody is known to be under 14, counted in Seoul."""
    return person.born_on is not None and now.astimezone(SEOUL).date() < _fourteenth_birthday(person.born_on)


def guardian_of(person: Person) -> GuardianConsent | None:
    """Return the guardian's consent that stands."""
    standing = GuardianConsent.objects.filter(workspace_id=person.workspace_id, person=person, withdrawn_at=None)
    return standing.select_related("by__user").first()


def _fourteenth_birthday(born_on: date) -> date:
    try:
        return born_on.replace(year=born_on.year + CHILDHOOD_YEARS)
    except ValueError:  # born on 29 February
        return date(born_on.year + CHILDHOOD_YEARS, 3, 1)
