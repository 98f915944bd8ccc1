"""Tell a workspace which mailbox its returned mail arrives in."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from dangol.integrations.bounce_mailbox.operations import read_mailbox, save_mailbox
from dangol.kit import tenancy
from dangol.workspaces.queries import all_workspaces


class Command(BaseCommand):
    """The password comes from the environment, so that no list of processes shows it."""

    help = "Set the IMAP mailbox of a workspace; its password is read from DANGOL_MAILBOX_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", help="the workspace's slug")
        parser.add_argument("--host", required=True)
        parser.add_argument("--port", type=int, default=993)
        parser.add_argument("--security", choices=["tls", "starttls", "none"], default="tls")
        parser.add_argument("--user", required=True)
        parser.add_argument("--folder", default="INBOX")

    def handle(self, *_args: Any, **options: Any) -> None:
        workspace = all_workspaces().filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(_("There is no workspace with this name."))
        password = os.environ.get("DANGOL_MAILBOX_PASSWORD", "")
        if not password:
            raise CommandError(_("Put the mailbox's password into the environment variable DANGOL_MAILBOX_PASSWORD."))
        place = {name: options[name] for name in ("host", "port", "security", "user", "folder")}
        with tenancy.workspace(workspace.pk):
            save_mailbox(workspace_id=workspace.pk, password=password, **place)
        read_mailbox(workspace_id=workspace.pk)
