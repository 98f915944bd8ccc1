"""
Which workspace the current transaction works for.

PostgreSQL row-level security compares every tenant row with the setting `dangol.workspace`. The setting is
transaction-local, so a pooled connection can never carry one tenant's view into the next request.
Without it every tenant table reads as empty: forgetting fails closed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from dangol.kit.authorship import standing_reason

NOWHERE = ("", "")
"""Of no workspace and for no reason: so every transaction begins."""


class NoTransaction(RuntimeError):
    """A tenant was entered outside of a transaction, where PostgreSQL would forget it at once."""


def enter_workspace(
    workspace_id: UUID | str, *, member_id: UUID | None = None, address: str = "", session: str = ""
) -> None:
    """
    Let the rest of the current transaction see and write this workspace's rows.

    :param member_id: who signs the changes from here on; see `dangol.kit.authorship`
    :param address: from where, and
    :param session: in which session the member acts, for the audit record
    """
    if not connection.in_atomic_block:
        raise NoTransaction
    if member_id is None:
        _set_local("dangol.workspace", str(workspace_id))
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('dangol.workspace', %s, true), set_config('dangol.member', %s, true),"
            " set_config('dangol.address', %s, true), set_config('dangol.session', %s, true)",
            [str(workspace_id), str(member_id), address, session],
        )


def leave_workspace() -> None:
    """Let the rest of the current transaction see no tenant's rows."""
    _set_local("dangol.workspace", "")


def leave_member() -> None:
    """Let nobody sign the changes of the rest of the transaction."""
    _set_local("dangol.member", "")


def enter_user(user_id: UUID | str) -> None:
    """Let the rest of the transaction see this user's own memberships, before a workspace is chosen."""
    _set_local("dangol.user", str(user_id))


def leave_user() -> None:
    """Let the rest of the transaction see nobody's memberships but those of its workspace."""
    _set_local("dangol.user", "")


def enter_secret(digest: str) -> None:
    """Let the rest of the transaction see the one credential row whose digest the caller can name."""
    _set_local("dangol.secret", digest)


@contextmanager
def workspace(workspace_id: UUID | str) -> Iterator[None]:
    """
    Run a block in one transaction as one workspace.

    Nested in another transaction it puts the former workspace back at the end; its own forgets by itself.
    """
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        before = _place() if is_nested else NOWHERE
        _stand(str(workspace_id), standing_reason.get() or before[1])
        yield
        if is_nested:
            _stand(*before)


@contextmanager
def open_trash() -> Iterator[None]:
    """
    Let a block see and write rows that were deleted and can still be brought back.

    Elsewhere the tables' own policy hides them, so that no list, segment, count or send can meet them by mistake.
    """
    if not connection.in_atomic_block:
        raise NoTransaction
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('dangol.trash', true), '')")
        (before,) = cursor.fetchone()
    _set_local("dangol.trash", "open")
    yield
    _set_local("dangol.trash", before)


def current_workspace() -> str:
    """Return the id of the current transaction's workspace, or an empty string."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('dangol.workspace', true), '')")
        (value,) = cursor.fetchone()
    return str(value)


def _place() -> tuple[str, str]:
    """Return the workspace of the current transaction, and why it changes things."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('dangol.workspace', true), ''),"
            " coalesce(current_setting('dangol.reason', true), '')"
        )
        workspace_id, reason = cursor.fetchone()
    return workspace_id, reason


def _stand(workspace_id: str, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('dangol.workspace', %s, true), set_config('dangol.reason', %s, true)",
            [workspace_id, reason],
        )


def _set_local(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
