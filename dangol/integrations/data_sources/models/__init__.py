"""Sources, their runs, and what the runs found."""

from dangol.integrations.data_sources.models.run import Run, RunProblem
from dangol.integrations.data_sources.models.source import SeenRow, Source

__all__ = ["Run", "RunProblem", "SeenRow", "Source"]
