"""Keeping a workspace's mailbox, and reading it."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import DataError, transaction
from django.utils import timezone

from dangol.integrations.bounce_mailbox.imap import Access, MailboxUnreadable, OpenMailbox, opened
from dangol.integrations.bounce_mailbox.models import Mailbox
from dangol.kit import crypto, tenancy
from dangol.kit.jobs import job
from dangol.messaging.operations import take_mail

logger = logging.getLogger(__name__)

MAILS_AT_A_TIME = 500


def save_mailbox(
    *, workspace_id: UUID, host: str, port: int, security: str, user: str, password: str, folder: str = "INBOX"
) -> Mailbox:
    """Keep where the entered workspace's returned mail arrives. Another mailbox is read from its beginning."""
    sealed = crypto.seal(password, context=_context(workspace_id))
    place = {"host": host, "port": port, "security": security, "user": user, "folder": folder, "password": sealed}
    mailbox, _is_new = Mailbox.objects.update_or_create(
        workspace_id=workspace_id, defaults=place | {"uid_validity": 0, "last_uid": 0, "error": ""}
    )
    return mailbox


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
        password=crypto.unseal(mailbox.password, context=_context(workspace_id)),
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


def _context(workspace_id: UUID) -> str:
    return f"bounce mailbox password of workspace {workspace_id}"
