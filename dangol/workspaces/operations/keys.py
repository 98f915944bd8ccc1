"""Exchanging the keys under which a workspace's secrets are sealed, while everybody goes on working."""

import logging
from uuid import UUID

from django.db.models import QuerySet

from dangol import facts
from dangol.kit import bus, keyring, tenancy
from dangol.kit.crypto import SealBroken
from dangol.kit.jobs import job
from dangol.kit.sealed_columns import mark_of, opened, sealed
from dangol.kit.tenant_models import TenantModel
from dangol.workspaces.queries import sealed_columns, values_in

logger = logging.getLogger(__name__)

CHUNK = 500


def exchange_key(*, workspace_id: UUID) -> str:
    """
    Seal the secrets of the entered workspace under a new key from now on, those that there are by a job.

    Return the new key's name. The former keys stay: backups of their time need them.
    """
    key = keyring.add_key(workspace_id)
    bus.publish(facts.KeyAdded(workspace_id=workspace_id, key=key))
    return key


@job(atomic=False)
def seal_again(*, workspace_id: UUID, key: str) -> None:
    """
    Bring every sealed value under this key, in chunks of their own transactions.

    A value that does not open stays as it is and is told to the log; `python -m dangol keys status` counts it.
    """
    for model, column in sealed_columns():
        last: UUID | None = None
        while last := _seal_chunk(model, column, workspace_id, key, after=last):
            pass


def _seal_chunk(
    model: type[TenantModel], column: str, workspace_id: UUID, key: str, *, after: UUID | None
) -> UUID | None:
    """Seal the next rows behind this one again; return the last of them, None when there were none."""
    with tenancy.workspace(workspace_id), tenancy.open_trash():
        rows = _under_others(values_in(model, column, workspace_id), column, key)
        chunk = list((rows.filter(pk__gt=after) if after else rows)[:CHUNK])
        for row in chunk:
            try:
                setattr(row, column, sealed(row, column, opened(row, column)))
            except SealBroken:
                logger.warning("The sealed %s of %s %s does not open.", column, model._meta.db_table, row.pk)
        values_in(model, column, workspace_id).bulk_update(chunk, [column])
    return chunk[-1].pk if chunk else None


def _under_others(rows: QuerySet[TenantModel], column: str, key: str) -> QuerySet[TenantModel]:
    return rows.exclude(**{f"{column}__startswith": mark_of(key)}).order_by("pk").select_for_update()
