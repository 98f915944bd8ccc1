"""The house's sender and server, and the limits it sets itself."""

import smtplib
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.kit import crypto
from dangol.kit.errors import OperationError
from dangol.messaging.models import ContactRules, Sender
from dangol.messaging.transport import Account, ResultKind, check_account, send_once
from dangol.messaging.writing import Envelope, Rendered, build_mail
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


def account_of(sender: Sender) -> Account:
    """Return the server that a sender hands its mail to, password unsealed."""
    return Account(
        host=sender.host,
        port=sender.port,
        security=sender.security,
        user=sender.user,
        password=crypto.unseal(sender.password, context=password_context(sender.workspace_id)),
    )


def password_context(workspace_id: UUID) -> str:
    """Return what a sealed server password is bound to."""
    return f"messaging.sender.password/{workspace_id}"
