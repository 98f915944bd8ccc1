"""Who answers questions for whom while somebody is away: list, name one's own, end that."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Router

from dangol.api.acting import made
from dangol.api.approval_schemas import StandInShown, StandInTold
from dangol.api.door import ApiRequest, KeyDoor
from dangol.api.problems import Problem, unseen
from dangol.api.showing import as_told
from dangol.workspaces.models import Absence
from dangol.workspaces.operations import be_away
from dangol.workspaces.queries import absences_about, colleagues

router = Router(tags=[gettext_noop("Stand-ins")], auth=KeyDoor(for_rows=False))


@router.get(
    "",
    response=list[StandInShown],
    summary=gettext_noop("List stand-ins"),
    description=gettext_noop("Who answers for the member, and for whom the member answers, now or later."),
)
def list_stand_ins(request: ApiRequest) -> Any:
    return [_shown(one) for one in absences_about(request.member, now=request.now)]


@router.post(
    "",
    response={201: StandInShown},
    summary=gettext_noop("Name a stand-in"),
    description=gettext_noop(
        "Who answers questions for the member for a time; it takes the place of the one named before. Only with a key"
        " that the member made: whoever made it could let anybody answer in the member's name."
    ),
)
def name_stand_in(request: ApiRequest, told: StandInTold) -> HttpResponse:
    _refuse_key_of_others(request)
    substitute = colleagues(request.member).filter(pk=told.substitute_id).first()
    if substitute is None:
        raise unseen("substitute_id")
    be_away(member=request.member, substitute=substitute, since=told.since, until=told.until, now=request.now)
    [own] = [one for one in absences_about(request.member, now=request.now) if one.member == request.member]
    return made(_shown(own), location="/api/v1/stand-ins")


@router.delete(
    "",
    response={204: None},
    summary=gettext_noop("Answer oneself again"),
    description=gettext_noop("Ends the member's own stand-in, with a key that the member made."),
)
def end_stand_in(request: ApiRequest) -> Any:
    _refuse_key_of_others(request)
    be_away(member=request.member, substitute=None, since=request.now, until=request.now, now=request.now)
    return HttpResponse(status=204)


def _refuse_key_of_others(request: ApiRequest) -> None:
    if not request.auth.is_own:
        raise Problem("not-allowed", _("Name a stand-in with a key that the member made, or in the pages."))


def _shown(absence: Absence) -> StandInShown:
    return as_told(
        StandInShown, absence, member_name=absence.member.user.name, substitute_name=absence.substitute.user.name
    )
