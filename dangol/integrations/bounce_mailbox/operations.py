"""Keeping a workspace's mailbox, and reading it."""

import imaplib
import logging
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.integrations.bounce_mailbox.imap import Access, MailboxUnreadable, OpenMailbox, opened
from dangol.integrations.bounce_mailbox.models import Mailbox
from dangol.kit import sealed_columns, tenancy
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.kit.safe_connect import AddressRefused
from dangol.messaging.operations import take_mail
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

logger = logging.getLogger(__name__)

MAILS_AT_A_TIME = 500


TRY_SECONDS = 10
EXPLANATIONS = (
    (
        AddressRefused,
        gettext_lazy("%(host)s stands in a private network. Whoever runs this installation has to allow it first."),
    ),
    (
        ConnectionRefusedError,
        gettext_lazy("Nobody answers at %(host)s, port %(port)s. Check both, and whether the server runs."),
    ),
    (socket.gaierror, gettext_lazy("There is no server named %(host)s. Check its name.")),
    (TimeoutError, gettext_lazy("%(host)s, port %(port)s did not answer in time. A firewall may be in between.")),
    (ssl.SSLCertVerificationError, gettext_lazy("The certificate of %(host)s is not valid for this name.")),
    (
        (OSError, imaplib.IMAP4.abort),
        gettext_lazy("The server hung up. Check whether the kind of encryption fits port %(port)s."),
    ),
    (Exception, gettext_lazy("The mailbox cannot be read. The server said: %(said)s")),
)
"""What went wrong, the special before the general."""


class UnableToReadMailbox(OperationError):
    """The mailbox cannot be reached, does not let us in, or lacks the folder. Says which, and what to look at."""


def save_mailbox(
    *, workspace_id: UUID, host: str, port: int, security: str, user: str, password: str, folder: str = "INBOX"
) -> Mailbox:
    """Keep where the entered workspace's returned mail arrives. Another mailbox is read from its beginning."""
    place = {"host": host, "port": port, "security": security, "user": user, "folder": folder}
    mailbox, _new = Mailbox.objects.update_or_create(
        workspace_id=workspace_id, defaults=place | {"uid_validity": 0, "last_uid": 0, "error": ""}
    )
    mailbox.password = sealed_columns.sealed(mailbox, "password", password)
    mailbox.save(update_fields=["password"])
    return mailbox


@transaction.atomic
def set_mailbox(*, member: Member, place: Mapping[str, Any], password: str, now: datetime) -> Mailbox:
    """
    Keep where the member's workspace gets its returned mail. The change is audited, the password never.

    A mailbox that stays the same is read on from where it was.

    :param place: host, port, security, user and folder
    :param password: empty keeps the one that is stored
    """
    known = Mailbox.objects.select_for_update().filter(workspace_id=member.workspace_id).first()
    kept = sealed_columns.opened(known, "password") if known and not password else ""
    position = (known.uid_validity, known.last_uid) if known and _is_same(known, place) else (0, 0)
    mailbox = save_mailbox(workspace_id=member.workspace_id, password=password or kept, **place)
    mailbox.uid_validity, mailbox.last_uid = position
    mailbox.save(update_fields=["uid_validity", "last_uid"])
    detail = {"host": mailbox.host, "user": mailbox.user, "folder": mailbox.folder}
    record_act(member=member, verb="set_bounce_mailbox", detail=detail, now=now)
    return mailbox


def try_mailbox(*, workspace_id: UUID) -> int:
    """
    Open the workspace's mailbox and count the mails that were not taken yet. Takes none.

    :raises UnableToReadMailbox: with the reason in plain words, and the server's own
    """
    access = _access(workspace_id)
    if access is None:
        raise UnableToReadMailbox(_("Save the mailbox first. Then you can try the connection."))
    try:
        with opened(access, timeout=TRY_SECONDS) as box:
            known = Mailbox.objects.get(workspace_id=workspace_id)
            return len(box.uids_after(known.last_uid if known.uid_validity == box.uid_validity else 0))
    except MailboxUnreadable as unreadable:
        raise UnableToReadMailbox(_explained(unreadable, access)) from unreadable


def _explained(unreadable: MailboxUnreadable, access: Access) -> str:
    place = {"host": access.host, "port": access.port, "folder": access.folder, "said": unreadable}
    cause = unreadable.__cause__
    if cause is None:
        return _("The mailbox has no folder %(folder)s. The server said: %(said)s") % place
    if "AUTHENTICATIONFAILED" in str(unreadable).upper():
        return _("The server did not accept the user name or the password.")
    return str(next(words for kind, words in EXPLANATIONS if isinstance(cause, kind))) % place


def _is_same(known: Mailbox, place: Mapping[str, Any]) -> bool:
    return all(getattr(known, name) == place[name] for name in ("host", "user", "folder"))


@job(atomic=False)
def read_mailbox(*, workspace_id: UUID) -> None:
    """
    Take every new mail of the workspace's mailbox, each in a transaction of its own together with its number.

    A crash between two mails takes none twice and none not at all. The mailbox itself is never changed. What the
    server said against us is kept on the row; the next run tries again.
    """
    access = _access(workspace_id)
    if access is None:
        return
    error = ""
    try:
        with opened(access) as box:
            _take_new(workspace_id, box)
    except MailboxUnreadable as unreadable:
        error = str(unreadable)
        logger.warning("The bounce mailbox of workspace %s cannot be read: %s", workspace_id, error)
    with tenancy.workspace(workspace_id):
        Mailbox.objects.filter(workspace_id=workspace_id).update(read_at=timezone.now(), error=error)


def _access(workspace_id: UUID) -> Access | None:
    with tenancy.workspace(workspace_id):
        mailbox = Mailbox.objects.filter(workspace_id=workspace_id).first()
    if mailbox is None:
        return None
    return Access(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        user=mailbox.user,
        password=sealed_columns.opened(mailbox, "password"),
        folder=mailbox.folder,
    )


def _take_new(workspace_id: UUID, box: OpenMailbox) -> None:
    last = _last_uid(workspace_id, box.uid_validity)
    for uid in box.uids_after(last)[:MAILS_AT_A_TIME]:
        raw = box.mail(uid)
        _take_one(workspace_id, box.uid_validity, uid, raw, timezone.now())


def _last_uid(workspace_id: UUID, uid_validity: int) -> int:
    """Return the last number taken. A server that numbered its mails anew is read from the beginning."""
    with tenancy.workspace(workspace_id):
        mailbox = Mailbox.objects.select_for_update().get(workspace_id=workspace_id)
        if mailbox.uid_validity != uid_validity:
            mailbox.uid_validity, mailbox.last_uid = uid_validity, 0
            mailbox.save(update_fields=["uid_validity", "last_uid"])
        return mailbox.last_uid


def _take_one(workspace_id: UUID, uid_validity: int, uid: int, raw: bytes | None, now: datetime) -> None:
    with tenancy.workspace(workspace_id):
        mailbox = Mailbox.objects.select_for_update().get(workspace_id=workspace_id)
        if mailbox.uid_validity != uid_validity or mailbox.last_uid >= uid:
            return
        if raw is not None:
            _take_or_log(raw, uid, now)
        mailbox.last_uid = uid
        mailbox.save(update_fields=["last_uid"])


def _take_or_log(raw: bytes, uid: int, now: datetime) -> None:
    """One mail that cannot be read must not stop those behind it; it stays in the mailbox."""
    try:
        with transaction.atomic():
            take_mail(raw, now=now)
    except (ValueError, LookupError, DataError):
        logger.exception("The mail with number %s could not be read", uid)
