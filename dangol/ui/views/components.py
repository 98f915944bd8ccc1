"""Every component and token in its states, on one page."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.kit.pagination import CappedCount
from dangol.ui.fields import DayField
from dangol.ui.icons import ICONS

COLOURS = ["paper", "sheet", "sunken", "hover", "line", "line-strong", "ink", "ink-soft"]
COLOURS += ["accent", "accent-strong", "accent-wash", "good", "good-wash", "warn", "warn-wash", "bad", "bad-wash"]
TONES = ["neutral", "good", "warn", "bad", "accent"]


class SampleForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands on the sign."))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    day = DayField(label=_("Day"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("ko", "한국어"), ("en", "English")])
    size = forms.ChoiceField(label=_("Size"), choices=[("s", _("Small")), ("l", _("Large"))], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=_("Agreed"), required=False)


@login_required
def show(request: HttpRequest) -> HttpResponse:
    shown = {"icons": list(ICONS), "colours": COLOURS, "tones": TONES, "now": timezone.now()}
    shown |= {
        "form": SampleForm(),
        "wrong_form": SampleForm({"language": "ko"}, auto_id="wrong_%s"),
        "many": CappedCount(10_000, is_capped=True),
    }
    return render(request, "ui/components.html", shown)
