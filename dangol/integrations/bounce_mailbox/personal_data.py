"""This door keeps nothing about anybody of its own."""

from dangol.integrations.bounce_mailbox.models import Mailbox
from dangol.workspaces.contracts import tell_nothing_personal

tell_nothing_personal(Mailbox, "host", "user", "password", "folder", "error")
