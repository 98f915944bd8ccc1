"""What administrators fill in about the trust in sources."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dangol.customers.queries.trust import TrustedSource

PREFIX = "source-"


class TrustForm(forms.Form):
    """One number from 0 to 100 for each source."""

    def __init__(self, *args: Any, sources: Sequence[TrustedSource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for source in sources:
            self.fields[f"{PREFIX}{source.origin}"] = forms.IntegerField(
                label=source.label, min_value=0, max_value=100, initial=source.rank
            )

    @property
    def told(self) -> dict[str, int]:
        """The rank of each source."""
        return {name.removeprefix(PREFIX): rank for name, rank in self.cleaned_data.items()}
