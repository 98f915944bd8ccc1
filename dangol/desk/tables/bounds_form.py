"""The form of a condition that bounds whom rights reach: the rows of the segment builder."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.segments import queries as segments
from dangol.segments.contracts import InvalidDefinition, Offers, Subject, builder
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.access import MemberRequest


class BoundsForm:
    """
    Of whom a role or a member sees and changes anything. Without a row, of everybody whom the level gives.

    :param people: the condition as it is kept
    :param keep: keeps another one, given as `people`
    :param name: whose rights they are
    """

    def __init__(self, request: MemberRequest, people: dict[str, Any], keep: Callable[..., None], *, name: str) -> None:
        self.member = request.member
        self.name = name
        self.problems: list[str] = []
        self._keep = keep
        self.rows = builder.Row(builder.ROOT, "all")
        if request.method == "POST":
            self.rows = builder.rows_from({key: str(value) for key, value in request.POST.items()})
            builder.change_rows(self.rows, request.POST.get("act", ""))
        elif people:
            self.rows = builder.row_of(
                people, segments.linked_names_in(people, about=Subject.PERSON, reader=self.member)
            )

    @cached_property
    def offers(self) -> Offers:
        """What there is to choose from."""
        return segments.offers(self.member, bounds_rights=True)

    def save(self) -> bool:
        """Keep the condition; False when something has to be mended first, which `problems` says."""
        people = self.rows.definition(self.offers) if self.rows.rows else {}
        try:
            if people:
                segments.checked_bound(people)
            self._keep(people=people)
        except InvalidDefinition as invalid:
            self.problems = builder.blame(self.rows, invalid.problems) or [_("Complete the marked conditions.")]
        except OperationError as refusal:
            self.problems = [str(refusal)]
        return not self.problems

    @property
    def context(self) -> dict[str, Any]:
        """What the page needs."""
        builder.lay_out(self.rows, self.offers)
        return {
            "form": self, "rows": self.rows, "groups": builder.group_choices(), "problems": self.problems,
            "may_estimate": may_edit_segments(self.member),
        }  # fmt: skip
