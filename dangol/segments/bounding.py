"""Reads for the rights the conditions that bound them."""

import json
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.customers.contracts import ReadsBounds
from dangol.segments.queries import describe, read_bounds, test_of_bounds
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import Bound


class BoundsInConditions(ReadsBounds):
    """Bounds are written in the language of segments."""

    def test(self, bounds: Collection[Bound], member: Member) -> Q:
        return test_of_bounds(bounds, member)

    def sentences(self, bounds: Collection[Bound], reader: Member) -> Sequence[str]:
        return [_sentence(bound, reader) for bound in sorted(bounds)]


def _sentence(bound: Bound, reader: Member) -> str:
    if read_bounds([bound]) is None:
        return _("A condition that names something which is gone: it reaches nobody until it is changed.")
    return describe(json.loads(bound), get_language() or "en", reader=reader)


BoundsInConditions().register()
