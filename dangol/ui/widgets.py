"""Widgets of forms."""

from django import forms


class DayInput(forms.DateInput):
    """The browser's own calendar, which understands one way of writing a day in every language."""

    def __init__(self) -> None:
        super().__init__({"type": "date"}, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    def __init__(self) -> None:
        super().__init__({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
