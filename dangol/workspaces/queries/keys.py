"""Which key the sealed values of a workspace are under."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import Case, Count, QuerySet, Value, When

from dangol.kit import tenancy
from dangol.kit.keyring import KeysGone, keys_of
from dangol.kit.sealed_columns import SealedTextField, mark_of
from dangol.kit.tenant_models import TenantModel


@dataclass(frozen=True)
class SealedValues:
    """
    How many values of a workspace stand sealed under its newest key, under older ones, and under none it has.

    `key` is the newest key's name; empty: nothing was sealed yet, or the keys are gone.
    """

    key: str
    newest: int
    older: int
    lost: int


def sealed_columns() -> Iterator[tuple[type[TenantModel], str]]:
    """Every model with a sealed column, whichever room it is of, and the column."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField) and issubclass(model, TenantModel):
                yield model, field.name


def values_in(model: type[TenantModel], column: str, workspace_id: UUID) -> QuerySet[TenantModel]:
    """The rows in which the column holds something."""
    rows = model._base_manager.filter(workspace_id=workspace_id)  # noqa: SLF001 - Django's manager of any model
    return rows.exclude(**{column: ""})


def sealed_values(workspace_id: UUID) -> SealedValues:
    """Count the sealed values of the entered workspace. One query for each sealed column."""
    try:
        names = list(keys_of(workspace_id).by_name)
    except KeysGone:
        names = []
    found: dict[str, int] = {}
    with tenancy.open_trash():
        for model, column in sealed_columns():
            under = [When(**{f"{column}__startswith": mark_of(name)}, then=Value(name)) for name in names]
            rows = values_in(model, column, workspace_id).annotate(key=Case(*under, default=Value("")))
            for key, count in rows.values_list("key").annotate(Count("pk")).order_by():
                found[key] = found.get(key, 0) + count
    lost, key = found.pop("", 0), names[-1] if names else ""
    newest = found.pop(key, 0)
    return SealedValues(key=key, newest=newest, older=sum(found.values()), lost=lost)
