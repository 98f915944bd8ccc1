"""The form of a saved view: what was typed so far, and what can be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.desk.enums import Listed, Scope
from dangol.desk.models import SavedView
from dangol.desk.operations import ViewDetails, save_view
from dangol.desk.permissions import may_change_view, scopes_of
from dangol.desk.queries import lists
from dangol.desk.tables.columns import Column
from dangol.desk.tables.offered import USUAL, columns_offered
from dangol.desk.tables.orders import groupings_of, sorts_of
from dangol.desk.tables.shown_list import asked_of, list_url
from dangol.kit.errors import OperationError
from dangol.segments import queries as segments
from dangol.segments.contracts import InvalidDefinition, Offers, Subject, builder, read_definition
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.models import Member


@dataclass(frozen=True)
class ColumnChoice:
    """One column, whether it is shown, and its place."""

    column: Column
    is_chosen: bool


class ViewForm:
    """What a view is to be. The filter's rows are those of the segment builder."""

    def __init__(
        self,
        listed: Listed,
        member: Member,
        asked: QueryDict,
        typed: QueryDict,
        now: datetime,
        *,
        view: SavedView | None = None,
    ) -> None:
        self.listed = listed
        self.member = member
        self.now = now
        self.view = view
        self.typed = typed
        self.asked = asked_of(listed, view, asked, member)
        self.problems: list[str] = []
        self.rows = self._rows()

    @cached_property
    def offers(self) -> Offers:
        return segments.offers(self.member, about=self.about, has_reader=True)

    @property
    def about(self) -> Subject:
        """Whom the filter describes."""
        return lists.ABOUT[self.listed]

    @property
    def name(self) -> str:
        return self.typed.get("name", self.view.name if self.view else "")

    @property
    def scope(self) -> str:
        return self.typed.get("scope", self.view.scope if self.view else str(Scope.PRIVATE))

    @property
    def sort(self) -> str:
        return self.typed.get("sort", self.asked.sort)

    @property
    def grouping(self) -> str:
        return self.typed.get("group", self.asked.grouping)

    @property
    def is_own(self) -> bool:
        """Whether saving changes the view, rather than making one of the member's own from it."""
        return self.view is not None and may_change_view(self.member, self.view) and "copy" not in self.typed

    @cached_property
    def offered(self) -> dict[str, Column]:
        """Every column that the list could show."""
        return columns_offered(self.listed, self.member)

    @cached_property
    def keys(self) -> list[str]:
        """The chosen columns in their order."""
        offered = self.offered
        if "name" in self.typed:
            return [key for key in self.typed.getlist("columns") if key in offered]
        chosen: Sequence[str] = self.view.columns if self.view and self.view.columns else USUAL[self.listed]
        return [key for key in chosen if key in offered]

    @property
    def columns(self) -> list[ColumnChoice]:
        """The chosen columns in their order, then the others."""
        offered = self.offered
        order = [*self.keys, *(key for key in offered if key not in self.keys)]
        return [ColumnChoice(offered[key], key in self.keys) for key in order]

    @property
    def definition(self) -> dict[str, Any]:
        """The filter as it is typed in; empty when there is not one row."""
        return self.rows.definition(self.offers) if self.rows.rows else {}

    def save(self) -> SavedView | None:
        """Keep the view; None when something has to be mended first, which `problems` says."""
        try:
            if self.definition:
                condition = read_definition(self.definition, self.about)
                segments.refuse_masked(condition, by=self.member, about=self.about)
            return save_view(
                member=self.member, listed=self.listed, details=self._details(),
                view=self.view if self.is_own else None, seen_version=self._seen_version(),
            )  # fmt: skip
        except InvalidDefinition as invalid:
            self.problems = builder.blame(self.rows, invalid.problems) or [_("Complete the marked conditions.")]
        except OperationError as refusal:
            self.problems = [str(refusal)]
        return None

    @property
    def context(self) -> dict[str, Any]:
        """What the page needs."""
        builder.lay_out(self.rows, self.offers)
        return {
            "form": self,
            "view": self.view,
            "listed": self.listed,
            "rows": self.rows,
            "groups": builder.group_choices(),
            "problems": self.problems,
            "scopes": [(scope.value, scope.label) for scope in scopes_of(self.member)],
            "sorts": sorts_of(self.listed, self.member, self.offered.values()),
            "groupings": groupings_of(self.listed, self.offered.values()),
            "may_estimate": self.listed == Listed.PEOPLE and may_edit_segments(self.member),
            "back": f"{list_url(self.listed)}{f'?view={self.view.pk}' if self.view else ''}",
            "language": get_language(),
        }

    def _rows(self) -> builder.Row:
        if "name" in self.typed:
            rows = builder.rows_from({key: str(value) for key, value in self.typed.dict().items()})
            builder.change_rows(rows, self.typed.get("act", ""))
            return rows
        if self.view and self.view.definition:
            names = segments.linked_names_in(self.view.definition, about=self.about, reader=self.member)
            return builder.row_of(self.view.definition, names)
        return builder.Row(builder.ROOT, "all")

    def _details(self) -> ViewDetails:
        return ViewDetails(
            name=self.name, scope=self.scope, columns=self.keys, definition=self.definition, sort=self.sort,
            grouping=self.grouping,
        )  # fmt: skip

    def _seen_version(self) -> int | None:
        seen = self.typed.get("version", "")
        return int(seen) if self.is_own and seen.isdecimal() else None
