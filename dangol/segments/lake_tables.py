"""What the lake copies of this room."""

from dangol.segments.models import SegmentMember
from dangol.tracking.contracts import LakeTable

LakeTable(model=SegmentMember).register()
