"""Rules for approval as sentences, and a question as its approvers read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dangol.workspaces.contracts import ApprovalSubject
from dangol.workspaces.enums import ApproverWay, Role
from dangol.workspaces.models import Approval, ApprovalRule, ApprovalVote, Member
from dangol.workspaces.models.approval import Approvers
from dangol.workspaces.queries import custom_roles_of, everybody_of, votes_on


@dataclass(frozen=True)
class RuleShown:
    """One step of a ladder, as a sentence."""

    rule: ApprovalRule
    title: Promise
    sentence: str


@dataclass(frozen=True)
class ApprovalShown:
    """A question: what exactly, who has to agree, and the answers so far."""

    approval: Approval
    title: Promise
    url: str
    lines: Sequence[tuple[str, str]]
    sentence: str
    votes: Sequence[ApprovalVote]


class ApprovalWords:
    """Says rules and questions in one member's language, with the names of that member's colleagues."""

    def __init__(self, member: Member) -> None:
        self._names: dict[UUID, str] = {one.pk: one.user.name for one in everybody_of(member)}
        self._roles: dict[str, Any] = dict(Role.choices) | {str(one.pk): one.name for one in custom_roles_of(member)}

    def rule(self, rule: ApprovalRule) -> RuleShown:
        """Return a rule with its sentence."""
        amount, hours = number_format(rule.at_least, force_grouping=True), rule.hours
        told = {"amount": amount, "who": self.who(rule), "hours": hours}
        sentence = _("From %(amount)s on: %(who)s, within %(hours)s hours.") % told
        return RuleShown(rule, ApprovalSubject.known[rule.subject].title, sentence)

    def who(self, approvers: Approvers) -> str:
        """Say who has to agree."""
        told = {"needed": approvers.needed, "names": ", ".join(self._names.get(pk, "—") for pk in approvers.members)}
        told["role"] = self._roles.get(approvers.role, "—")
        match approvers.way:
            case ApproverWay.ROLE:
                return _("%(needed)s with the role “%(role)s” must agree") % told
            case ApproverWay.BRANCH:
                return _("%(needed)s of the managers of the asker’s branch must agree") % told
        if approvers.in_order:
            return _("%(needed)s of these must agree, one after the other: %(names)s") % told
        return _("%(needed)s of these must agree: %(names)s") % told

    def approval(self, approval: Approval) -> ApprovalShown:
        """Return a question as its page shows it."""
        subject = ApprovalSubject.known[approval.subject]
        lines = subject.lines(approval.content)
        votes = list(votes_on(approval))
        return ApprovalShown(approval, subject.title, subject.url(approval), lines, self.who(approval), votes)
