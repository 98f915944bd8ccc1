"""Sessions as rows of users, so that they can be listed, ended, and end by themselves (Django's SESSION_ENGINE)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from dangol.workspaces.models import Session, SignInRules

NOTED_EVERY = timedelta(minutes=1)
STARTED, USED, ADDRESS, DEVICE = "started_at", "used_at", "address", "device"


class SessionStore(DatabaseSessions):
    """Keeps beside what Django keeps whose session it is, from where, and since when."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row for what the session remembers."""
        now = timezone.now()
        row: Session = super().create_model_instance(data)  # type: ignore[assignment] # of `get_model_class`
        row.user_id = data.get(SESSION_KEY)
        row.started_at = _moment(data, STARTED) or now
        row.last_used_at = _moment(data, USED) or now
        row.address, row.device = data.get(ADDRESS), data.get(DEVICE, "")
        return row


def begin_session(session: SessionBase, *, address: str, device: str, now: datetime) -> None:
    """Write down where and when somebody signed in, and clear away what is over."""
    session.update({STARTED: now.isoformat(), ADDRESS: address, DEVICE: device[:300]})
    Session.objects.filter(expire_date__lt=now).delete()


def note_use(session: SessionBase, *, rules: Iterable[SignInRules], now: datetime) -> bool:
    """
    Let the session go on from now. Return False if it has been idle or open for too long.

    :param rules: of every workspace of the user; the strictest counts, since one session opens them all
    """
    rules = list(rules)
    idle = timedelta(minutes=min(rule.idle_minutes for rule in rules))
    last = _moment(session, STARTED) or now
    last += timedelta(hours=min(rule.session_hours for rule in rules))
    used = _moment(session, USED) or now
    if now >= min(used + idle, last):
        return False
    if USED not in session or now - used >= NOTED_EVERY:
        session[USED] = now.isoformat()
        session.set_expiry(min(now + idle, last).astimezone(UTC))
    return True


def _moment(data: Any, name: str) -> datetime | None:
    written = data.get(name)
    return datetime.fromisoformat(written) if written else None
