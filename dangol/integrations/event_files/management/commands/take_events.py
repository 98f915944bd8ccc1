"""`manage.py take_events FILE --source ID`: the upload, the check and the run of a file of events in one go."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from dangol.customers.enums import ImportState
from dangol.integrations.event_files import operations
from dangol.integrations.event_files.models import EventFile
from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.tracking.enums import SourceKind
from dangol.tracking.models import Source
from dangol.workspaces.models import Member, Workspace

BLOCK = 1024 * 1024


class Command(BaseCommand):
    """Take a file in; the fields of its source must have been explained on its page."""

    help = "Take a CSV or JSON-lines file of past events in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--workspace", required=True, help="short name of the workspace")
        parser.add_argument("--source", type=UUID, required=True, help="id of the source, from the address of its page")
        parser.add_argument("--member", required=True, help="e-mail address of the administrator who takes it in")
        parser.add_argument("--check", action="store_true", help="only check, take nothing in")

    def handle(self, *_args: Any, **options: Any) -> None:
        workspace_id = Workspace.objects.get(slug=options["workspace"]).pk
        try:
            self._take(workspace_id, options)
        except OperationError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _take(self, workspace_id: UUID, options: dict[str, Any]) -> None:
        with tenancy.workspace(workspace_id), options["file"].open("rb") as file:
            member = Member.objects.get(workspace_id=workspace_id, user__email=options["member"])
            source = Source.objects.get(workspace_id=workspace_id, pk=options["source"], kind=SourceKind.FILE)
            made = operations.keep_event_file(
                source=source, file_name=options["file"].name, content=iter(lambda: file.read(BLOCK), b""),
                member=member, now=timezone.now(),
            )  # fmt: skip
            operations.check_event_file(event_file=made)
        operations.review_event_file(workspace_id=workspace_id, file_id=made.pk)
        self._tell(made)
        if options["check"]:
            return
        with tenancy.workspace(workspace_id):
            operations.start_event_file(event_file=made, member=member, now=timezone.now())
        operations.run_event_file(workspace_id=workspace_id, file_id=made.pk)
        self._tell(made)

    def _tell(self, made: EventFile) -> None:
        with tenancy.workspace(made.workspace_id):
            made.refresh_from_db()
        told = f"{ImportState(made.state).value}: {made.good_count} events, {made.rejected_count} lines left out"
        self.stdout.write(f"{made.pk} {told}")
