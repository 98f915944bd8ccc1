"""Children, and the guardians who agreed for them."""

from datetime import date, datetime

from dangol.customers.models import GuardianConsent, Person
from dangol.customers.queries.consents import SEOUL
from dangol.kit.masking import Masked

CHILDHOOD_YEARS = 14


def is_child(person: Person, now: datetime) -> bool:
    """Whether somebody is known to be under 14, counted in Seoul; told to those, too, who do not read the birthday."""
    born_on = person.born_on
    if isinstance(born_on, Masked):
        same = Person.objects.filter(workspace_id=person.workspace_id, pk=person.pk)
        born_on = same.values_list("born_on", flat=True).get()
    return born_on is not None and born_on > born_after_as_child(now)


def born_after_as_child(now: datetime) -> date:
    """Return the day after which everybody is under 14 who was born then, counted in Seoul."""
    today = now.astimezone(SEOUL).date()
    try:
        return today.replace(year=today.year - CHILDHOOD_YEARS)
    except ValueError:  # today is 29 February
        return date(today.year - CHILDHOOD_YEARS, 2, 28)


def guardian_of(person: Person) -> GuardianConsent | None:
    """Return the guardian's consent that stands."""
    standing = GuardianConsent.objects.filter(workspace_id=person.workspace_id, person=person, withdrawn_at=None)
    return standing.select_related("by__user").first()
