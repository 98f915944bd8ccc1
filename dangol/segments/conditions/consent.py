"""What the person agreed to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.customers.enums import Channel, ConsentState, Purpose
from dangol.segments.contracts import Choice, Compiler, Condition, Input, JsonObject, Offers, Turn, Words, arranged


@dataclass(frozen=True)
class ConsentCondition(Condition):
    """People whose consent for a purpose and channel stands now, or does not (withdrawn, expired or never given)."""

    purpose: Purpose
    channel: Channel
    stands: bool

    kind = "consent"
    label = gettext_lazy("Consent")
    order = 40

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        purpose = Purpose(data.choice("purpose", Purpose.values))
        channel = Channel(data.choice("channel", Channel.values))
        return cls(purpose, channel, data.choice("standing", ("given", "not_given")) == "given")

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        standings = [
            Choice("given", pgettext("segment builder", "agreed to")),
            Choice("not_given", pgettext("segment builder", "did not agree to")),
        ]
        inputs = [
            Input("standing", "select", _("Consent"), choices=standings),
            Input("purpose", "select", _("Purpose"), choices=[Choice(*choice) for choice in _pairs(Purpose)]),
            Input("channel", "select", _("Channel"), choices=[Choice(*choice) for choice in _pairs(Channel)]),
        ]
        return arranged(inputs, pgettext("order of inputs", "standing purpose channel"))

    def test(self, compiler: Compiler) -> exp.Expr:
        return compiler.is_in(self._agreed(compiler)) if self.stands else compiler.is_not_in(self._agreed(compiler))

    def clause(self, words: Words) -> str:
        parts = {"purpose": _lower(self.purpose.label), "channel": _lower(self.channel.label)}
        if self.stands:
            return pgettext("segment", "who agreed to %(purpose)s by %(channel)s") % parts
        return pgettext("segment", "who have not agreed to %(purpose)s by %(channel)s") % parts

    def turns(self, compiler: Compiler) -> Sequence[Turn]:
        return [Turn(compiler.linked("customers_consent", "consent"), exp.column("expires_at", "consent"))]

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return True

    def _agreed(self, compiler: Compiler) -> exp.Select:
        def same(column: str, value: str) -> exp.Expr:
            return exp.EQ(this=exp.column(column, "consent"), expression=compiler.value(value))

        end = exp.column("expires_at", "consent")
        unexpired = exp.or_(
            exp.Is(this=end, expression=exp.Null()), exp.GT(this=end.copy(), expression=compiler.value(compiler.now))
        )
        return compiler.linked("customers_consent", "consent").where(
            same("purpose", self.purpose.value),
            same("channel", self.channel.value),
            same("state", ConsentState.GIVEN.value),
            unexpired,
        )


def _pairs(words: type[Purpose] | type[Channel]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in words.choices]


def _lower(label: object) -> str:
    """Return a label as it stands inside an English sentence; Korean has no capitals."""
    return str(label).lower()
