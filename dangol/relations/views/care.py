"""Promises, hurts and feelings: what members write down on a person's page."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from dangol.customers.models import Person
from dangol.customers.permissions import may_change_people
from dangol.relations import operations, queries
from dangol.relations.forms import FeelingForm, HurtForm, HurtResolutionForm, PromiseEndForm, PromiseForm
from dangol.relations.views.saying import carry_out
from dangol.workspaces.access import MemberRequest, allowed, member_required

P = ParamSpec("P")
Written = Callable[Concatenate[HttpRequest, P], HttpResponse]


def about_a_person(view: Callable[Concatenate[MemberRequest, Person, P], HttpResponse]) -> Written[P]:
    """Give a view the person of the address, if the member may see and change that person."""

    @member_required
    @allowed(may_change_people)
    @require_POST
    @wraps(view)
    def found(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = get_object_or_404(Person.objects.visible_to(request.member), pk=kwargs.pop("person_id"))
        return view(request, person, *args, **kwargs)

    return found


@about_a_person
def promises(request: MemberRequest, person: Person) -> HttpResponse:
    act = partial(operations.make_promise, person=person)
    return carry_out(request, person, PromiseForm(request.POST), act, title=_("Promise"), done=_("Promise noted."))


@about_a_person
def promise_end(request: MemberRequest, person: Person, promise_id: UUID) -> HttpResponse:
    act = partial(operations.end_promise, promise=get_object_or_404(queries.promises_to(person), pk=promise_id))
    form = PromiseEndForm(request.POST)
    return carry_out(request, person, form, act, title=_("End of a promise"), done=_("End of the promise noted."))


@about_a_person
def hurts(request: MemberRequest, person: Person) -> HttpResponse:
    act = partial(operations.open_hurt, person=person)
    done = _("Noted. Marketing is silent until this is made good.")
    return carry_out(request, person, HurtForm(request.POST), act, title=_("What went wrong"), done=done)


@about_a_person
def hurt_resolution(request: MemberRequest, person: Person, hurt_id: UUID) -> HttpResponse:
    act = partial(operations.resolve_hurt, hurt=get_object_or_404(queries.hurts_of(person), pk=hurt_id))
    form = HurtResolutionForm(request.POST)
    return carry_out(request, person, form, act, title=_("Made good"), done=_("Noted how it was made good."))


@about_a_person
def feelings(request: MemberRequest, person: Person) -> HttpResponse:
    act = partial(operations.note_feeling, person=person)
    form = FeelingForm(request.POST)
    return carry_out(request, person, form, act, title=pgettext("feeling", "Feeling"), done=_("Feeling noted."))
