"""Making two one, and taking it back."""

from dangol.customers.operations.merging.fields import UnableToMerge
from dangol.customers.operations.merging.parting import UnableToUnmerge, unmerge
from dangol.customers.operations.merging.uniting import gather_stragglers, merge_companies, merge_people

__all__ = [
    "UnableToMerge",
    "UnableToUnmerge",
    "gather_stragglers",
    "merge_companies",
    "merge_people",
    "unmerge",
]
