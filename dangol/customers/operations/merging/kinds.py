"""What a merge of people and a merge of companies do alike, and where they differ."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db import connection

from dangol import facts
from dangol.customers.contracts import LinkedTable, company_tables, person_tables
from dangol.customers.models import Merge
from dangol.customers.queries.merge_fields import COMPANY_FIELDS, PERSON_FIELDS
from dangol.kit import bus, tenancy
from dangol.kit.authorship import act_as
from dangol.kit.fact import Fact
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member


@dataclass(frozen=True)
class Kind:
    """People or companies."""

    name: str
    table: str
    fields: tuple[str, ...]
    tables: Callable[[], Sequence[LinkedTable]]
    unique_fields: tuple[str, ...] = ()
    """Fields that no two rows may share: the merged one gives them up when the keeper takes them."""


PEOPLE = Kind("person", "customers_person", PERSON_FIELDS, person_tables)
COMPANIES = Kind(
    "company", "customers_company", COMPANY_FIELDS, company_tables, unique_fields=("external_id", "business_number")
)


def kind_of(merge: Merge) -> Kind:
    """Return whether people or companies were merged."""
    return PEOPLE if merge.kept_person_id else COMPANIES


def ends_of(merge: Merge) -> tuple[UUID, UUID]:
    """Return the ids of the one who was kept and of the one who was merged."""
    kept, merged = merge.kept_person_id or merge.kept_company_id, merge.merged_person_id or merge.merged_company_id
    return cast("tuple[UUID, UUID]", (kept, merged))


@contextmanager
def at_work(*, member: Member, reason: str, pair: tuple[UUID, UUID], batch: UUID | None = None) -> Iterator[None]:
    """Sign what is written, open the trash, and let rows of append-only tables pass between the two."""
    with act_as(member_id=member.pk, reason=reason, batch=batch or uuid7()), tenancy.open_trash():
        _between(f"{pair[0]},{pair[1]}")
        yield
        _between("")


def publish(fact: type[Fact], merge: Merge) -> None:
    """Tell the house."""
    kept, merged = ends_of(merge)
    common: dict[str, Any] = {
        "workspace_id": merge.workspace_id,
        "merge_id": merge.pk,
        "kept_id": kept,
        "merged_id": merged,
    }
    if fact in (facts.PeopleMerged, facts.PeopleUnmerged):
        common["person_ids"] = (kept, merged)
    bus.publish(fact(**common))


def _between(pair: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dangol.merging', %s, true)", [pair])
