"""Reads of the desk: the day, and what ⌘K finds."""

from dangol.desk.queries.day import Day, day_of
from dangol.desk.queries.palette import Choice, Group, choices_for

__all__ = ["Choice", "Day", "Group", "choices_for", "day_of"]
