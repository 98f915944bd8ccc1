"""The house's sender and server, and the limits it sets itself."""

import smtplib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.html import linebreaks, urlize
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.ids import uuid7
from dangol.kit.masking import masked_email
from dangol.kit.safe_connect import AddressRefused
from dangol.kit.sealed_columns import opened, sealed
from dangol.messaging.models import ContactRules, Sender
from dangol.messaging.transport import Account, Result, ResultKind, check_account, send_once
from dangol.messaging.writing import Envelope, Rendered, build_mail
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


class UnableToSendTest(OperationError):
    """The server cannot be reached, does not let us in, or did not take the mail. Says which, and what to look at."""


def account_of(sender: Sender) -> Account:
    """Return the server that a sender hands its mail to, password unsealed."""
    return Account(
        host=sender.host,
        port=sender.port,
        security=sender.security,
        user=sender.user,
        password=opened(sender, "password"),
    )


@transaction.atomic
def save_sender(*, member: Member, values: Mapping[str, Any], now: datetime, password: str = "") -> Sender:
    """
    Save who signs the workspace's mail and which server takes it. The change is audited, the password never.

    :param values: fields of `Sender` other than the password
    :param password: the server's password; empty keeps the one that is stored
    """
    sender, _is_new = Sender.objects.update_or_create(workspace_id=member.workspace_id, defaults=dict(values))
    if password:
        sender.password = sealed(sender, "password", password)
        sender.save(update_fields=["password"])
    record_act(member=member, verb="save_sender", detail={"host": sender.host, "email": sender.email}, now=now)
    return sender


@transaction.atomic
def save_contact_rules(*, member: Member, values: Mapping[str, Any], now: datetime) -> ContactRules:
    """Save the workspace's own limits. They hold from the next decision on; hand-off decides again."""
    rules, _is_new = ContactRules.objects.update_or_create(workspace_id=member.workspace_id, defaults=dict(values))
    detail = {name: str(value) for name, value in values.items()}
    record_act(member=member, verb="save_contact_rules", detail=detail, now=now)
    return rules


def send_test(*, sender: Sender, to: str, member: Member, now: datetime) -> None:
    """
    Connect to the sender's server and hand over one mail to a colleague.

    That it was tried is in the audit record, whatever the server says; the address stands there masked.

    :raises UnableToSendTest: with the reason in plain words, and the server's own
    """
    detail = {"host": sender.host, "email": sender.email, "to": str(masked_email(to))}
    record_act(member=member, verb="send_test", detail=detail, now=now, deed=Deed.SEND)
    account = account_of(sender)
    try:
        check_account(account)
    except (OSError, smtplib.SMTPException) as error:
        raise UnableToSendTest(_explained(error, account)) from error
    text = _("If you read this, Dangol can send mail.") + "\n"
    mail = _plain_mail(sender, to, _("A test from Dangol"), text, now)
    result = send_once(account, sender=sender.email, recipient=to, mail=mail)
    if result.kind is not ResultKind.SENT:
        raise UnableToSendTest(_told(result))


def write_to_colleague(*, sender: Sender, to: str, subject: str, text: str, now: datetime) -> bool:
    """Hand over a mail to a member. Return False if the server surely did not take it and may do so later."""
    mail = _plain_mail(sender, to, subject, text, now)
    result = send_once(account_of(sender), sender=sender.email, recipient=to, mail=mail)
    return result.kind not in {ResultKind.LATER, ResultKind.UNREACHABLE}


def _explained(error: Exception, account: Account) -> str:
    place = {"host": account.host, "port": account.port}
    if told := _about_manners(error, account):
        return told
    if isinstance(error, ConnectionRefusedError):
        return _("Nobody answers at %(host)s, port %(port)s. Check both, and whether the server runs.") % place
    if isinstance(error, TimeoutError):
        return _("%(host)s, port %(port)s did not answer in time. A firewall may be in between.") % place
    if "CERTIFICATE" in str(error).upper():
        return _("The certificate of %(host)s is not valid for this name.") % place
    if isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError) or "WRONG_VERSION" in str(error):
        return _("The server hung up. Check whether the kind of encryption fits port %(port)s.") % place
    return _("The server %(host)s cannot be reached: %(reason)s") % (place | {"reason": error})


def _about_manners(error: Exception, account: Account) -> str:
    if isinstance(error, AddressRefused):
        words = _("%(host)s stands in a private network. Whoever runs this installation has to allow it first.")
        return words % {"host": account.host}
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The server did not accept the user name or the password.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("The server does not offer this kind of encryption or sign-in. Choose another one.")
    return ""


def _told(result: Result) -> str:
    if result.kind is ResultKind.UNKNOWN:
        return _("The server hung up after the mail without a word. Look whether it arrived.")
    return _("The server did not take the mail. It said: %(detail)s") % {"detail": result.detail}


def _plain_mail(sender: Sender, to: str, subject: str, text: str, now: datetime) -> bytes:
    envelope = Envelope(
        sender_name=sender.name,
        sender_email=sender.email,
        to_name="",
        to_email=to,
        message_id=f"<{uuid7().hex}@{sender.email.rpartition('@')[2]}>",
        date=now,
        headers={"Auto-Submitted": "auto-generated"},
    )
    html = linebreaks(urlize(text, autoescape=True))
    return build_mail(envelope, Rendered(subject=subject, html=html, text=text))
