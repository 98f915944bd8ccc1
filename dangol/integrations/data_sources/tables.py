"""How the columns of a sample are shown for choosing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dangol.customers.enums import sort_of
from dangol.customers.models import FieldDefinition
from dangol.customers.operations import CUSTOM, TARGETS
from dangol.integrations.data_sources.contracts import Column
from dangol.integrations.data_sources.operations import Sample
from dangol.kit.masking import masked_names, masked_within

Meaning = tuple[str, str | Promise]
SAMPLES_BY_COLUMN = 3


@dataclass(frozen=True)
class ColumnChoice:
    """One column with what it means, what it can mean, and what its first cells hold."""

    number: int
    column: Column
    meaning: str
    options: list[Meaning]
    samples: list[str]


def readable(sample: Sample) -> Sample:
    """The sample as far as the running request may read it."""
    columns = [column.name for column in sample.columns]
    rows = [
        [masked_within({name: cell}, masked_names())[name] for name, cell in zip(columns, row, strict=False)]
        for row in sample.rows
    ]
    return replace(sample, rows=rows)


def column_choices(
    sample: Sample, mapping: Mapping[str, str], *, subject: str, definitions: Sequence[FieldDefinition]
) -> list[ColumnChoice]:
    """Return every column of the sample; its own name can become a custom field."""
    known: list[Meaning] = [(target.key, target.label) for target in TARGETS[sort_of(subject)].values()]
    known += [(CUSTOM + field.key, field.label) for field in definitions]
    keys = {key for key, _label in known}
    choices = []
    for number, column in enumerate(sample.columns):
        meaning = mapping.get(column.name, "")
        own = CUSTOM + column.name[:60]
        fields: list[Meaning] = [] if own in keys else [(own, _("Custom field"))]
        if meaning.startswith(CUSTOM) and meaning not in {own, *keys}:
            fields.append((meaning, meaning.removeprefix(CUSTOM)))
        samples = [row[number] for row in sample.rows if row[number]][:SAMPLES_BY_COLUMN]
        choices.append(ColumnChoice(number, column, meaning, [("", _("Leave out")), *known, *fields], samples))
    return choices
