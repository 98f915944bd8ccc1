"""City and postal code from the Korean address of a line that does not say them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from dangol.customers.operations.imports.matching import Placement
from dangol.customers.operations.imports.reading import Chunk
from dangol.kit.road_addresses import read_road_address

PLACE = ("city", "postal_code", "country")
Told = tuple[str, str, str]
"""The id of a known record, and the city and the postal code that its new address tells."""

# What a source or a member decided stays, an emptied field too.
FILL = """
UPDATE {table} AS line SET city = coalesce(nullif(line.city, ''), told.city),
    postal_code = coalesce(nullif(line.postal_code, ''), told.postal_code)
FROM unnest(%(ids)s::uuid[], %(cities)s::text[], %(codes)s::text[]) AS told(id, city, postal_code)
WHERE line.workspace_id = %(workspace)s AND line.id = told.id AND line.won = '{{}}'
    AND (line.city = '' AND told.city <> '' OR line.postal_code = '' AND told.postal_code <> '')
"""


def with_places(chunk: Chunk, placement: Placement) -> tuple[Chunk, list[Told]]:
    """Return the chunk with the places of new records filled in, and what addresses tell about known ones."""
    addresses = chunk.column("address")
    if not any(addresses):
        return chunk, []
    columns = {name: list(chunk.column(name)) for name in PLACE}
    known: list[Told] = []
    for position, is_new in zip(placement.written, placement.is_new, strict=True):
        address = addresses[position]
        if not address or address.isascii() or (columns["city"][position] and columns["postal_code"][position]):
            continue
        read = read_road_address(address)
        if read is None:
            continue
        if is_new:
            for name, value in zip(PLACE, (read.city, read.postal_code, "KR"), strict=True):
                columns[name][position] = columns[name][position] or value
        else:
            known.append((placement.ids[position] or "", read.city, read.postal_code))
    return replace(chunk, columns=chunk.columns | columns), known


def fill_known(cursor: Any, *, workspace_id: UUID, table: str, told: Sequence[Told]) -> None:
    """Fill the places of known records where they are empty."""
    if told:
        ids, cities, codes = (list(column) for column in zip(*told, strict=True))
        values = {"workspace": workspace_id, "ids": ids, "cities": cities, "codes": codes}
        cursor.execute(FILL.format(table=table), values)
