"""By which rules others have to agree: list, add, change, delete."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Router

from dangol.api.acting import made
from dangol.api.approval_schemas import RuleChange, RuleShown, RuleTold
from dangol.api.door import ApiRequest, KeyDoor, refuse_unless
from dangol.workspaces.models import ApprovalRule
from dangol.workspaces.operations import delete_approval_rule, save_approval_rule
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import approval_rules_of

router = Router(tags=[gettext_noop("Rules for approval")], auth=KeyDoor(for_rows=False))


@router.get(
    "",
    response=list[RuleShown],
    summary=gettext_noop("List rules"),
    description=gettext_noop("Each ladder from its lowest step up. The highest step that an amount reaches holds."),
)
def list_rules(request: ApiRequest) -> Any:
    refuse_unless(request.member, may_configure)
    return list(approval_rules_of(request.member))


@router.post(
    "",
    response={201: RuleShown},
    summary=gettext_noop("Add a rule"),
    description=gettext_noop(
        "`subject` is what asks: campaign, export, deletion and so on. It holds for what is asked from now on."
    ),
)
def add_rule(request: ApiRequest, told: RuleTold) -> HttpResponse:
    refuse_unless(request.member, may_configure)
    rule = save_approval_rule(by=request.member, rule=None, details=told.model_dump(), now=request.now)
    return made(RuleShown.from_orm(rule), location=f"/api/v1/approval-rules/{rule.pk}")


@router.get(
    "/{uuid:rule_id}",
    response=RuleShown,
    summary=gettext_noop("Get a rule"),
    description=gettext_noop("One step of a ladder."),
)
def get_rule(request: ApiRequest, rule_id: UUID) -> Any:
    return _rule(request, rule_id)


@router.patch(
    "/{uuid:rule_id}",
    response=RuleShown,
    summary=gettext_noop("Change a rule"),
    description=gettext_noop("Only what is sent changes. Questions that were put before keep the rule of then."),
)
def alter_rule(request: ApiRequest, rule_id: UUID, told: RuleChange) -> Any:
    rule = _rule(request, rule_id)
    return save_approval_rule(
        by=request.member, rule=rule, details=told.model_dump(exclude_unset=True), now=request.now
    )


@router.delete(
    "/{uuid:rule_id}",
    response={204: None},
    summary=gettext_noop("Delete a rule"),
    description=gettext_noop("A lower step of the ladder counts instead; without one nobody has to agree."),
)
def drop_rule(request: ApiRequest, rule_id: UUID) -> Any:
    delete_approval_rule(by=request.member, rule=_rule(request, rule_id), now=request.now)
    return HttpResponse(status=204)


def _rule(request: ApiRequest, rule_id: UUID) -> ApprovalRule:
    refuse_unless(request.member, may_configure)
    return get_object_or_404(approval_rules_of(request.member), pk=rule_id)
