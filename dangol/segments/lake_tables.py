"""What the lake copies of this room."""

from dangol.segments.models import ListedPerson, SegmentMember
from dangol.tracking.contracts import LakeTable

LakeTable(model=SegmentMember).register()
LakeTable(model=ListedPerson).register()
