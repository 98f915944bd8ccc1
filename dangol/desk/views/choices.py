"""Language and theme, chosen on any page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dangol.workspaces.access import MemberRequest, member_required
from dangol.workspaces.enums import Language, Theme
from dangol.workspaces.operations import change_profile


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language")
    answer = _back(request)
    if language in Language.values:
        if request.user.is_authenticated:
            change_profile(user=request.user, language=language)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 86400,
            samesite="Lax",
            httponly=True,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return answer


@require_POST
@member_required
def choose_theme(request: MemberRequest) -> HttpResponse:
    theme = request.POST.get("theme")
    if theme in Theme.values:
        change_profile(user=request.user, theme=theme)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page of the form, never to another house."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if is_ours else "/")
