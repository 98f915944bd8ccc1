"""Documents that leave the house, in Korean or English: a page that every word processor opens and goes on writing."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation


def document(template: str, context: dict[str, Any], *, language: str, name: str) -> HttpResponse:
    """Return a filled template as a file in a language."""
    with translation.override(language):
        text = render_to_string(template, context | {"language": language})
    attached = {"Content-Disposition": f'attachment; filename="{name}-{language}.html"'}
    return HttpResponse(text, content_type="text/html; charset=utf-8", headers=attached)
