"""Mail that comes back: bounces, complaints and replies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Mail
from typing import Any
from uuid import UUID

from dangol.customers.enums import Channel, Purpose
from dangol.kit import tenancy
from dangol.kit.signing import MailIds
from dangol.messaging import returned_mail
from dangol.messaging.enums import ReactionKind, SuppressionReason
from dangol.messaging.models import Message, Reaction, Suppression
from dangol.messaging.operations.opt_out import opt_out, withdraw
from dangol.messaging.operations.reactions import record_reaction, record_reply
from dangol.messaging.queries.returned import sent_message, workspace_with_tail
from dangol.messaging.returned_mail import DeliveryReport

BY_COMPLAINT = "complaint"


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """
    What a returned mail meant for one message.

    `kind` is the reaction that was kept; `is_hard` says that the address is never written to again.
    """

    workspace_id: UUID
    message_id: UUID
    kind: str
    is_hard: bool = False
    status: str = ""
    diagnostic: str = ""


def take_mail(raw: bytes, *, now: datetime) -> Bounce | None:
    """Take any mail out of a mailbox: an opt-out, a bounce, a complaint, or a reply. All else is left alone: None."""
    return take_opt_out(raw, now=now) or take_bounce(raw, now=now) or take_reply(raw, now=now)


def take_opt_out(raw: bytes, *, now: datetime) -> Bounce | None:
    """Opt a person out whose mail program wrote to a message's opt-out address: exactly what one click does."""
    mail = returned_mail.parsed(raw)
    ids = returned_mail.message_opted_out_of(mail)
    workspace_id = workspace_with_tail(ids.workspace_tail) if ids else None
    if ids is None or workspace_id is None:
        return None
    with tenancy.workspace(workspace_id):
        message = sent_message(workspace_id, ids.row_id)
        if message is None:
            return None
        opt_out(message=message, everything=False, at=now, evidence={"mail": returned_mail.own_id(mail)})
        return _bounce(message, ReactionKind.OPTED_OUT)


def take_bounce(raw: bytes, *, now: datetime) -> Bounce | None:
    """
    Take a delivery report or a complaint in, and stop writing to addresses that do not exist or do not want it.

    Enters the workspace of the message by itself. Taking the same mail twice counts once.

    :returns: None if it is neither, or about no message of ours
    """
    mail = returned_mail.parsed(raw)
    reports = returned_mail.delivery_reports(mail)
    complaint = returned_mail.complaint_type(mail)
    ids = returned_mail.message_of_report(mail) if reports or complaint else None
    workspace_id = workspace_with_tail(ids.workspace_tail) if ids else None
    if ids is None or workspace_id is None:
        return None
    with tenancy.workspace(workspace_id):
        message = sent_message(workspace_id, ids.row_id)
        if message is None:
            return None
        if complaint:
            return _take_complaint(message, complaint, now)
        return _take_report(message, reports, now)


def take_reply(raw: bytes, *, now: datetime) -> Bounce | None:
    """Keep that a person wrote back to one of our messages. Answers by machines are no replies."""
    mail = returned_mail.parsed(raw)
    if returned_mail.is_automatic(mail):
        return None
    ids = returned_mail.message_answered(mail)
    workspace_id = workspace_with_tail(ids.workspace_tail) if ids else None
    if ids is None or workspace_id is None:
        return None
    with tenancy.workspace(workspace_id):
        return _take_reply(workspace_id, ids, mail, now)


def _take_reply(workspace_id: UUID, ids: MailIds, mail: Mail, now: datetime) -> Bounce | None:
    message = sent_message(workspace_id, ids.row_id)
    if message is None:
        return None
    evidence = {"mail": returned_mail.own_id(mail)}
    if not _was_taken(message, ReactionKind.REPLIED, **evidence):
        record_reply(message=message, at=now, evidence=evidence)
    return _bounce(message, ReactionKind.REPLIED)


def _take_report(message: Message, reports: Sequence[DeliveryReport], now: datetime) -> Bounce | None:
    report = _worst(reports)
    if report.action not in {"failed", "delayed"}:
        return None
    kind = ReactionKind.BOUNCED if report.is_final else ReactionKind.DELAYED
    evidence = {"status": report.status, "diagnostic": report.diagnostic, "hard": report.is_hard}
    if not _was_taken(message, kind):
        _keep(message, kind, now, evidence)
    if report.is_hard:
        _suppress(message, SuppressionReason.HARD_BOUNCE, report.diagnostic or report.status, now)
    return _bounce(message, kind, is_hard=report.is_hard, status=report.status, diagnostic=report.diagnostic)


def _take_complaint(message: Message, feedback_type: str, now: datetime) -> Bounce | None:
    """Take a complaint for what it is: the person wants no more advertising here, and no mail at this address."""
    if feedback_type == "not-spam":
        return None
    if not _was_taken(message, ReactionKind.COMPLAINED):
        _keep(message, ReactionKind.COMPLAINED, now, {"type": feedback_type})
    _suppress(message, SuppressionReason.COMPLAINT, feedback_type, now)
    terms = [(Purpose.MARKETING.value, Channel.EMAIL.value)]
    withdraw(message, terms, at=now, source=BY_COMPLAINT, evidence={"message": str(message.pk), "type": feedback_type})
    return _bounce(message, ReactionKind.COMPLAINED, is_hard=True, diagnostic=feedback_type)


def _worst(reports: Sequence[DeliveryReport]) -> DeliveryReport:
    return max(reports, key=lambda report: (report.is_hard, report.is_final, report.action == "delayed"))


def _keep(message: Message, kind: ReactionKind, at: datetime, evidence: dict[str, Any]) -> None:
    record_reaction(
        workspace_id=message.workspace_id, message_id=message.pk, kind=kind, at=at, evidence=evidence, machine=0.0
    )


def _was_taken(message: Message, kind: ReactionKind, **evidence: str) -> bool:
    kept = Reaction.objects.filter(workspace_id=message.workspace_id, message=message, kind=kind)
    return kept.filter(evidence__contains=evidence).exists()


def _suppress(message: Message, reason: SuppressionReason, evidence: str, at: datetime) -> None:
    """The first reason for an address stays; a complaint takes the place of a bounce."""
    known = {"reason": reason, "evidence": evidence, "at": at}
    address = {"workspace_id": message.workspace_id, "channel": message.channel, "address": message.address.lower()}
    row, is_new = Suppression.objects.get_or_create(**address, defaults=known)
    if not is_new and reason == SuppressionReason.COMPLAINT and row.reason == SuppressionReason.HARD_BOUNCE:
        Suppression.objects.filter(workspace_id=row.workspace_id, pk=row.pk).update(**known)


def _bounce(message: Message, kind: ReactionKind, **more: Any) -> Bounce:
    return Bounce(workspace_id=message.workspace_id, message_id=message.pk, kind=kind.value, **more)
