"""What the lake copies of this room."""

from dangol.relations.models import Strength
from dangol.tracking.contracts import LakeTable

LakeTable(model=Strength).register()
