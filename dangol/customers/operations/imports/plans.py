"""How one file is read: which column means what, and how its cells become values in this workspace."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from dangol.customers.enums import RECORDS, FieldKind, ImportTarget, ProblemCode, object_of, sort_of
from dangol.customers.models import FieldDefinition, ImportPiece, PeopleImport
from dangol.customers.operations.field_values import UnableToReadValue, read_field_value
from dangol.customers.operations.imports.cells import CellProblem
from dangol.customers.operations.imports.reading import Column
from dangol.customers.operations.imports.targets import CUSTOM, CUSTOM_TEXT_LENGTH, LONGEST_ID, TARGETS, Limited, Target
from dangol.customers.queries import field_definitions
from dangol.kit.file_pieces import Piece, codec_of
from dangol.kit.table_rows import TableReader
from dangol.workspaces.models import Member


def columns_of(*, workspace_id: UUID, kind: str, mapping: Mapping[str, str], header: Sequence[str]) -> list[Column]:
    """Return the columns that mean something, each with how it is read here."""
    titles = dict(enumerate(header))
    chosen = sorted((int(number), key) for number, key in mapping.items() if key)
    own = _own_targets(workspace_id, kind, [key for _number, key in chosen])
    told = [(number, own.get(key) or TARGETS[sort_of(kind)][key]) for number, key in chosen]
    return [Column(number, one.key, titles.get(number, ""), one.read, one.leads_to) for number, one in told]


def table_of(people_import: PeopleImport) -> TableReader:
    """Return the reader of the file's records."""
    return TableReader(
        codec=codec_of(people_import.encoding), delimiter=people_import.delimiter, width=len(people_import.header),
        is_sheet=bool(people_import.sheets),
    )  # fmt: skip


def pieces_of(people_import: PeopleImport, *, from_line: int = 1) -> Iterator[Piece]:
    """Yield the file's pieces from that line on, one read from the database at a time."""
    own = ImportPiece.objects.filter(
        workspace_id=people_import.workspace_id, people_import=people_import, sheet=people_import.sheet
    ).order_by("first_line")
    at = own.filter(first_line__lte=from_line).values_list("first_line", flat=True).last() or 1
    while True:
        piece = own.filter(first_line__gte=at).first()
        if piece is None:
            return
        yield Piece(piece.first_line, piece.line_count, bytes(piece.content))
        at = piece.first_line + 1


def first_data_line(people_import: PeopleImport) -> int:
    """Return the first line below the header."""
    return people_import.header_line + 1


def _own_targets(workspace_id: UUID, kind: str, keys: Sequence[str]) -> dict[str, Target]:
    """What only this workspace knows: its own fields, and who works here."""
    own = {key: Target(key, key, "", Limited(CUSTOM_TEXT_LENGTH)) for key in keys if key.startswith(CUSTOM)}
    if own:
        for definition in field_definitions(workspace_id=workspace_id, object=object_of(kind)):
            key = CUSTOM + definition.key
            if key in own:
                own[key] = _target_of(key, definition)
    if "owner" in keys:
        own["owner"] = replace(TARGETS[sort_of(kind)]["owner"], read=_owner_reader(workspace_id))
    return own


def _target_of(key: str, definition: FieldDefinition) -> Target:
    if not definition.is_link:
        return Target(key, definition.label, "", _field_reader(definition))
    cores = {FieldKind.PERSON.value: ImportTarget.PEOPLE.value, FieldKind.COMPANY.value: ImportTarget.COMPANIES.value}
    return Target(
        key, definition.label, "", Limited(LONGEST_ID), cores.get(definition.kind) or RECORDS + definition.target
    )


def _field_reader(definition: FieldDefinition) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        try:
            return read_field_value(definition, cell)
        except UnableToReadValue:
            raise CellProblem(ProblemCode.BAD_FIELD) from None

    return read


def _owner_reader(workspace_id: UUID) -> Callable[[str], str]:
    members = Member.objects.filter(workspace_id=workspace_id).values_list("user__email", "pk")
    ids = {email: str(member_id) for email, member_id in members}

    def read(cell: str) -> str:
        try:
            return ids[cell.lower()]
        except KeyError:
            raise CellProblem(ProblemCode.UNKNOWN_MEMBER) from None

    return read
