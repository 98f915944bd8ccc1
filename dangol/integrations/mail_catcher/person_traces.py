"""What the demonstration's mail server kept of people, and how it goes on erasure."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace


class CaughtMails(PersonTrace):
    """Mails to them that were caught."""

    def erase(self, erased: Erased) -> int:
        if not settings.MAIL_CATCHER_DIR:
            return 0
        needles = [f"<{email}>".encode() for email in erased.emails]
        found = [
            path
            for path in Path(settings.MAIL_CATCHER_DIR).rglob("*.eml")
            if any(needle in head for head in [path.read_bytes().lower()] for needle in needles)
        ]
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)


CaughtMails(_("Caught mails")).register()
