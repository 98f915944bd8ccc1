"""Handing mail to a server: persistent SMTP lines, and what can honestly be said about each attempt."""

from dangol.messaging.transport.mailroom import Group, Letter, Mailroom
from dangol.messaging.transport.smtp import Account, Line, Result, ResultKind, check_account, send_once

__all__ = ["Account", "Group", "Letter", "Line", "Mailroom", "Result", "ResultKind", "check_account", "send_once"]
