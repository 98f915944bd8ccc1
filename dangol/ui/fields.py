"""Fields of forms."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from dangol.ui.widgets import DayInput

FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(2999, 12, 31)
OUTSIDE = _("Write a day between the years 1000 and 2999.")


class DayField(forms.DateField):
    """A day of which the day after exists too, in every time zone."""

    widget = DayInput
    default_validators = [MinValueValidator(FIRST_DAY, OUTSIDE), MaxValueValidator(LAST_DAY, OUTSIDE)]
