"""The records of one of the workspace's own objects, as a member asked for them."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Expression
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.customers.enums import RECORDS
from dangol.customers.models import CustomObject
from dangol.customers.permissions import may_change_records
from dangol.customers.queries import RecordListing, record_listing
from dangol.segments.contracts import Choice, InvalidDefinition, Offers, Subject, builder, read_definition
from dangol.segments.queries import describe, matching_ids, offers
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_import


class RecordList:
    """
    One page of records. The filter stands in the address as the builder's form writes it: `c.0:attribute=name`.

    Nothing is read before the page shows it. While somebody is building the filter it holds nobody back.
    """

    def __init__(
        self, custom_object: CustomObject, member: Member, asked: QueryDict, now: datetime, *, is_building: bool
    ) -> None:
        self.object = custom_object
        self.about = Subject.records_of(custom_object.key)
        self.member = member
        self.query = asked
        self.now = now
        self.is_building = is_building
        self.rows = builder.rows_from({key: str(value) for key, value in asked.dict().items()})
        builder.change_rows(self.rows, asked.get("act", ""))

    @property
    def question(self) -> str:
        return self.query.get("q", "")

    @property
    def is_filtered(self) -> bool:
        return bool(self.rows.rows)

    @property
    def is_open(self) -> bool:
        """Whether the rows of the filter want to be seen."""
        return bool(self.is_building or self.problems)

    @cached_property
    def offers(self) -> Offers:
        """What the filter may ask for."""
        return offers(self.member, about=self.about, has_reader=True)

    @cached_property
    def definition(self) -> dict[str, Any]:
        """The filter that holds; empty when there is not one row."""
        return self.rows.definition(self.offers) if self.is_filtered and not self.is_building else {}

    @cached_property
    def problems(self) -> list[str]:
        """What is wrong with the filter; beside it, the rows that are to be mended are marked."""
        try:
            if self.definition:
                read_definition(self.definition, self.about)
        except InvalidDefinition as invalid:
            return builder.blame(self.rows, invalid.problems) or [_("Complete the marked conditions.")]
        return []

    @cached_property
    def listing(self) -> RecordListing:
        return record_listing(
            self.member,
            custom_object=self.object,
            question=self.question,
            after=self.query.get("after"),
            among=self._among() if self.definition else None,
        )

    @cached_property
    def sentence(self) -> str:
        """Which records the filter describes; nothing while it cannot be understood."""
        if not self.definition or self.problems:
            return ""
        return describe(self.definition, get_language() or "en", about=self.about, reader=self.member)

    @property
    def groups(self) -> list[Choice]:
        return builder.group_choices()

    @cached_property
    def laid_out(self) -> builder.Row:
        """The rows of the filter with their inputs."""
        builder.lay_out(self.rows, self.offers)
        return self.rows

    @property
    def may_change(self) -> bool:
        return may_change_records(self.member)

    @property
    def import_url(self) -> str:
        """Where a file of such records is taken in; nothing for members who may not."""
        if not may_import(self.member):
            return ""
        return f"{reverse('customers:import_upload')}?target={RECORDS}{self.object.key}"

    @property
    def unfiltered_url(self) -> str:
        """Where the same search lives without the filter."""
        query = QueryDict(mutable=True)
        query.update({"q": self.question} if self.question else {})
        return f"{self.object.get_absolute_url()}{f'?{query.urlencode()}' if query else ''}"

    def _among(self) -> Expression | list[UUID]:
        if self.problems:
            return []
        return matching_ids(self.definition, about=self.about, reader=self.member, now=self.now)
