"""How every act on a relationship answers: back to the person, or the form again with what is wrong."""

from collections.abc import Callable
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from dangol.customers.models import Person
from dangol.kit.errors import OperationError
from dangol.workspaces.access import MemberRequest


class Said(Protocol):
    """A form that knows the arguments of its operation."""

    def is_valid(self) -> bool: ...

    def said(self) -> dict[str, Any]: ...

    def add_error(self, field: str | None, error: Any) -> None: ...


def carry_out(
    request: MemberRequest, person: Person, form: Said, operation: Callable[..., object], *, title: str, done: str
) -> HttpResponse:
    """Call the operation with what the form says; show the form again when it cannot."""
    if form.is_valid():
        try:
            operation(**form.said(), by=request.member, now=request.now)
        except OperationError as refusal:
            form.add_error(None, forms.ValidationError(str(refusal)))
        else:
            messages.success(request, done)
            return redirect(person)
    context = {"person": person, "form": form, "title": title}
    return render(request, "relations/again.html", context, status=422)
