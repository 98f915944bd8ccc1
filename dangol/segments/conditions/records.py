"""Which records of the workspace's own objects belong to a person or company."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext, pgettext
from sqlglot import exp

from dangol.segments.conditions.amounts import Count
from dangol.segments.conditions.groups import AboutOthers, read_parts
from dangol.segments.conditions.operators import is_known
from dangol.segments.contracts import (
    Choice,
    Compiler,
    Input,
    JsonObject,
    Offers,
    Subject,
    Words,
    arranged,
    finished,
)

LONGEST_KEY = 40


@dataclass(frozen=True)
class HasRecords(AboutOthers):
    """
    Those with a number of records of one object for which every condition holds; without a condition, any record.

    A record belongs to those with whom it is linked, and to those whom one of its fields names.
    """

    records: Subject
    count: Count

    kind: ClassVar[str] = "records"
    subjects = (Subject.PERSON, Subject.COMPANY)
    title: ClassVar[str | Promise] = gettext_lazy("Has records for which all of these hold")
    button: ClassVar[str | Promise] = gettext_lazy("Their records")

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        records = Subject.records_of(data.text("object", longest=LONGEST_KEY))
        parts = read_parts(data, depth, records) if data.object("conditions") else ()
        return cls(parts, records, Count.read(data))

    @classmethod
    def inner_of(cls, about: Subject, values: Mapping[str, str]) -> Subject:
        return Subject.records_of(values["object"])

    @classmethod
    def is_offered(cls, offers: Offers) -> bool:
        return bool(offers.objects)

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        asked = values.get("object", "")
        objects = [Choice(own.key, own.plural) for own in offers.objects]
        if asked and asked not in {choice.value for choice in objects}:
            objects.append(Choice(asked, asked))
        own = Input("object", "select", pgettext("custom records", "Object"), choices=objects, reshapes=True)
        operator, number = arranged(Count.inputs(values), "operator count")
        number = replace(number, label=_("How many"), after=pgettext("after a number of records", "of"))
        return arranged([operator, number, own], pgettext("order of inputs", "operator count object"))

    def test(self, compiler: Compiler) -> exp.Expr:
        asked = self.others(compiler.inside(self.records))
        return self.count.test(self._belonging(asked, compiler), compiler)

    def clause(self, words: Words) -> str:
        number = self.count.number
        parts = {
            "count": f"{number:,}",
            "records": words.records_called(self.records, many=number != 1),
            "clause": finished(super().clause(words.inside(self.records))) if self.conditions else "",
        }
        if self.count.is_never():
            return pgettext("segment", "with no %(records)s %(clause)s") % parts
        return self._said() % parts

    def _said(self) -> str:
        number = self.count.number
        if self.count.operator == "at_least":
            return npgettext(
                "segment", "with at least one %(records)s %(clause)s", "with at least %(count)s %(records)s %(clause)s",
                number,
            )  # fmt: skip
        if self.count.operator == "at_most":
            return npgettext(
                "segment", "with at most one %(records)s %(clause)s", "with at most %(count)s %(records)s %(clause)s",
                number,
            )  # fmt: skip
        return npgettext(
            "segment",
            "with exactly one %(records)s %(clause)s",
            "with exactly %(count)s %(records)s %(clause)s",
            number,
        )

    def _belonging(self, records: exp.Select, compiler: Compiler) -> exp.Select:
        """Return the ids of those to whom the records belong, once for every record."""
        end = compiler.about.link
        linked = compiler.linked("customers_recordlink", "linked")
        named = compiler.rows("customers_fieldvalue", "named", "link").select(exp.column("link", "named").as_(end))
        named = named.where(exp.In(this=exp.column("definition_id", "named"), query=self._naming_fields(compiler)))
        ways = [
            way.select(record).where(
                is_known(link),
                exp.In(this=record.copy(), query=exp.Subquery(this=records.copy())),
            )
            for way, link, record in (
                (linked, exp.column(end, "linked"), exp.column("record_id", "linked")),
                (named, exp.column("link", "named"), exp.column("record_id", "named")),
            )
        ]
        pairs = exp.Subquery(this=exp.union(*ways, distinct=True, copy=False)).as_("belonging")
        return exp.Select().select(exp.column(end, "belonging")).from_(pairs)

    def _naming_fields(self, compiler: Compiler) -> exp.Subquery:
        """Return the fields by which a record names those whom the set describes."""
        fields = compiler.inside(self.records).rows("customers_fielddefinition", "naming")
        of_object = exp.EQ(this=exp.column("object", "naming"), expression=compiler.value(self.records.object))
        kind = exp.EQ(this=exp.column("kind", "naming"), expression=compiler.value(compiler.about.row))
        return exp.Subquery(this=fields.select(exp.column("id", "naming")).where(of_object, kind))
