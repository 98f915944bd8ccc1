"""The one door through which rows go into the people room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from dangol.customers.enums import OnDuplicate, ProblemCode
from dangol.customers.operations import take_rows
from dangol.customers.operations.imports.rights import forbidden_names
from dangol.integrations.data_sources.cells import text_of
from dangol.integrations.data_sources.contracts import SourceRefuses, SourceUnreachable
from dangol.integrations.data_sources.models import Source
from dangol.kit.authorship import act_as
from dangol.workspaces.enums import Limited
from dangol.workspaces.operations import spend
from dangol.workspaces.permissions import may_configure

ORIGIN = "data_source"
KEPT_TEXT = 500


@dataclass(frozen=True)
class RowTrouble:
    """One row that was not taken: its number as given, why, and because of which column."""

    row: int
    code: str
    column: str
    text: str

    @property
    def reason(self) -> str:
        """What is wrong, in the reader's language."""
        return str(ProblemCode(self.code).label)


@dataclass(frozen=True)
class Taken:
    """What became of some rows."""

    created: int
    updated: int
    rejected: int
    problems: Sequence[RowTrouble]


def refuse_unanswered(source: Source) -> None:
    """
    Let a source write only what who answers for it may still write, with that member's rights of now.

    :raises SourceRefuses: otherwise; the run has failed until somebody who may looks at the columns and saves them
    """
    if not may_configure(source.by):
        raise SourceRefuses(
            _("Who answers for this source may no longer take rows in. Look at its columns and save them as your own.")
        )
    if named := forbidden_names(target=source.subject, meanings=source.mapping.values(), member=source.by):
        raise SourceRefuses(
            _("The role of who answers for this source may not write these fields: %(fields)s. Leave them out.")
            % {"fields": named}
        )


def take(
    *,
    source: Source,
    rows: Sequence[Sequence[object]],
    numbers: Sequence[int],
    faults: Mapping[int, str],
    batch: UUID,
    now: datetime,
) -> Taken:
    """
    Create or update what some rows tell of, in the current transaction, as part of the batch.

    :param numbers: the number of each row, for its problems
    :param faults: codes of rows that cannot be trusted, by position; they are left out
    :raises SourceUnreachable: if the workspace may take in no more rows today; the run goes on when it may
    """
    sound = [at for at in range(len(rows)) if at not in faults]
    spend(
        workspace_id=source.workspace_id, what=Limited.IMPORT_ROWS, amount=len(sound), now=now,
        refusal=SourceUnreachable,
    )  # fmt: skip
    cells = [[text_of(cell) for cell in rows[at]] for at in sound]
    with act_as(member_id=source.by_id, reason=ORIGIN, batch=batch):
        taken = take_rows(
            workspace_id=source.workspace_id,
            rows=cells,
            mapping={str(number): source.mapping.get(name, "") for number, name in enumerate(source.column_names)},
            origin=ORIGIN,
            on_duplicate=OnDuplicate(source.on_duplicate).value,
            member=source.by,
            now=now,
            batch=batch,
            target=source.subject,
            header=source.column_names,
        )
    problems = [_trouble(numbers[at], code, "", "") for at, code in faults.items()]
    problems += [_trouble(numbers[sound[one.line - 1]], one.code, one.column, one.text) for one in taken.problems]
    return Taken(taken.created, taken.updated, taken.rejected + len(faults), problems)


def _trouble(row: int, code: str, column: str, text: str) -> RowTrouble:
    """A refused resident number must not live on in the log."""
    is_secret = code == ProblemCode.RESIDENT_NUMBER.value
    kept = "" if is_secret else " | ".join(filter(None, text.split("\t")))
    return RowTrouble(row, code, column[:200], kept[:KEPT_TEXT])
