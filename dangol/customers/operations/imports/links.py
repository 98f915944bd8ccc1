"""Whom cells name: people, companies and things of the workspace's own, looked up at once for all lines of a chunk."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from dangol.customers.enums import RECORDS, ImportTarget, ProblemCode, object_of, sort_of
from dangol.customers.models import Company, CustomRecord, Person
from dangol.customers.operations.field_values import NAMED_KEY
from dangol.customers.operations.imports.cells import CellProblem
from dangol.customers.operations.imports.matching import Key, Known, look_up
from dangol.customers.operations.imports.reading import Chunk
from dangol.customers.operations.imports.targets import CUSTOM, KEYS, TARGETS
from dangol.customers.queries.sharing import shared_keys
from dangol.kit.ids import as_uuid

Found = str | ProblemCode
"""An id, or why there is none."""

MODELS = {ImportTarget.PEOPLE.value: Person, ImportTarget.COMPANIES.value: Company, RECORDS: CustomRecord}


def follow_links(chunk: Chunk, *, workspace_id: UUID) -> Chunk:
    """
    Put ids in the place of the cells that name somebody or something; lines that name nobody are left out.

    A fixed number of statements for each such column, however many lines there are.
    """
    faults: dict[int, list[tuple[str, str]]] = {}
    for column in chunk.links:
        cells = chunk.columns[column.key]
        found = _named(workspace_id, column.leads_to, dict.fromkeys(filter(None, cells)))
        ids = ["" if isinstance(found.get(cell, ""), ProblemCode) else found.get(cell, "") for cell in cells]
        for position, cell in enumerate(cells):
            if cell and isinstance(fault := found[cell], ProblemCode):
                faults.setdefault(position, []).append((fault.value, column.title[:100]))
        if column.key.startswith(CUSTOM):
            del chunk.columns[column.key]
            _put(chunk.fields, column.key.removeprefix(CUSTOM), ids)
        else:
            chunk.columns[column.key] = ids
    return chunk.without(faults)


def _named(workspace_id: UUID, target: str, cells: Iterable[str]) -> dict[str, Found]:
    """By id, alone or in brackets behind a name; else by whatever a line about them would be recognised by."""
    keys = {cell: _keys(sort_of(target), cell) for cell in cells}
    wanted = {key for some in keys.values() for key in some}
    shared = shared_keys(workspace_id=workspace_id, keys=wanted) if target == ImportTarget.PEOPLE else set()
    known = look_up(workspace_id=workspace_id, kind=target, keys=wanted - shared)
    by_id = _by_id(workspace_id, target, keys)
    return {cell: by_id.get(cell) or _meant([known[key] for key in some if key in known], shared & {*some})
            for cell, some in keys.items()}  # fmt: skip


def _meant(known: Sequence[Known], shared: set[Key]) -> Found:
    if not known:
        return ProblemCode.SHARED_ADDRESS if shared else ProblemCode.UNKNOWN_LINK
    one = next((one for one in known if not one.is_erased), known[0])
    if one.is_erased:
        return ProblemCode.ERASED
    return ProblemCode.IN_TRASH if one.in_trash else one.id


def _keys(sort: str, cell: str) -> list[Key]:
    keys = []
    for key in KEYS[sort]:
        try:
            keys.append((key, TARGETS[sort][key].read(cell)))
        except CellProblem:
            continue
    return keys


def _by_id(workspace_id: UUID, target: str, cells: Iterable[str]) -> dict[str, str]:
    keys = {cell: match[1] if (match := NAMED_KEY.fullmatch(cell)) else cell for cell in cells}
    ids = {cell: row_id for cell, key in keys.items() if (row_id := as_uuid(key.strip()))}
    if not ids:
        return {}
    sort = sort_of(target)
    own = {"object__key": object_of(target)} if sort == RECORDS else {}
    rows = MODELS[sort].objects.filter(workspace_id=workspace_id, pk__in=set(ids.values()), **own)  # type: ignore[attr-defined] # each has a manager
    there = set(rows.values_list("pk", flat=True))
    return {cell: str(row_id) for cell, row_id in ids.items() if row_id in there}


def _put(fields: list[str], name: str, ids: Sequence[str]) -> None:
    for position, row_id in enumerate(ids):
        if row_id:
            told = msgspec.json.decode(fields[position]) | {name: row_id}
            fields[position] = msgspec.json.encode(told).decode()
