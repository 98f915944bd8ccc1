"""The inbox page of the demonstration: what left the house, as its readers see it."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from dangol.integrations.mail_catcher.mails import OpenMail, newest_mails, open_mail
from dangol.workspaces.access import MemberRequest, member_required

AS_A_MAIL_PROGRAM = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""No script, no form, nothing from elsewhere; pictures of our own, so that the open pixel works; links in a new tab."""


@require_safe
@member_required
def inbox(request: MemberRequest) -> HttpResponse:
    """List the caught mails, newest first."""
    page = newest_mails(_directory(), after=request.GET.get("after"))
    return render(request, "mail_catcher/inbox.html", {"page": page})


@require_safe
@member_required
def mail(request: MemberRequest, name: str) -> HttpResponse:
    """Show one mail with its headers and its text."""
    return render(request, "mail_catcher/mail.html", {"mail": _found(name)})


@xframe_options_sameorigin
@require_safe
@member_required
def body(_request: MemberRequest, name: str) -> HttpResponse:
    """Answer with the mail's HTML alone, for the frame on its page."""
    html = _found(name).html
    response = HttpResponse('<!doctype html><base target="_blank">' + html)
    response["Content-Security-Policy"] = AS_A_MAIL_PROGRAM
    response["Referrer-Policy"] = "no-referrer"
    return response


def _directory() -> Path:
    if not settings.MAIL_CATCHER_DIR:
        raise Http404
    return Path(settings.MAIL_CATCHER_DIR)


def _found(name: str) -> OpenMail:
    found = open_mail(_directory(), name)
    if found is None:
        raise Http404
    return found
