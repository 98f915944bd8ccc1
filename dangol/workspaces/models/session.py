"""Where somebody is signed in."""

import hashlib
from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from dangol.kit.user_agents import device_of
from dangol.workspaces.models.user import User

if TYPE_CHECKING:
    from uuid import UUID


class Session(AbstractBaseSession):
    """
    One browser of one user, or of nobody yet. Who holds `session_key` is the user: it is shown nowhere.

    `last_used_at` is written at most once a minute.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    started_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=300)

    user_id: "UUID | None"

    @property
    def browser(self) -> str:
        """The browser and its system, in words that the user knows."""
        return device_of(self.device)

    @property
    def name(self) -> str:
        """What pages call the session by; nobody gets to the key from it."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:32]
