"""The pages behind the button of a letter, and asking for one's own data. Looking at them changes nothing."""

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from dangol.customers.operations import UnableToAnswer
from dangol.messaging import links
from dangol.messaging.operations import ask_for_right
from dangol.messaging.operations import confirm as confirm_letter
from dangol.messaging.queries.notice_words import words_of
from dangol.messaging.queries.public import ASKABLE, signing_name
from dangol.messaging.views.public_door import PublicRequest, by_token, evidence_of
from dangol.messaging.views.public_preferences import preferences_page


@require_http_methods(["GET", "HEAD", "POST"])
@by_token(links.CONFIRM)
def confirm(request: PublicRequest) -> HttpResponse:
    """Show what the letter asks, with a button; only the button does it."""
    message, done = request.message, ""
    if request.method == "POST":
        holds = confirm_letter(message=message, at=request.now, evidence=evidence_of(request))
        done = "done" if holds else "late"
    version = message.template_version
    words = words_of([message], {version.pk: version.template}).get(message.pk)
    context = {"done": done, "words": words, "kind": version.template.system_key, "house": signing_name(message)}
    return render(request, "messaging/public_confirm.html", context, status=410 if done == "late" else 200)


@require_POST
@by_token(links.PREFERENCES)
def my_data(request: PublicRequest) -> HttpResponse:
    """Take a wish for a copy or for erasure: a mail asks back, and staff carry it out."""
    kind = request.POST.get("kind", "")
    if kind in ASKABLE:
        with suppress(UnableToAnswer):  # the same is open: nothing to tell a stranger
            ask_for_right(person=request.message.person, kind=kind, now=request.now)
    return preferences_page(request, done="asked" if kind in ASKABLE else "")
