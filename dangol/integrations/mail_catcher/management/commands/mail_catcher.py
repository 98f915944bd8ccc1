"""Run the mail catcher alone: `python manage.py mail_catcher --port 2525 --dir /some/folder`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from dangol.integrations.mail_catcher.catcher import run


class Command(BaseCommand):
    """Serves SMTP on the loopback until interrupted."""

    help = "Take every mail on a local port and keep it in a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=2525)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--dir", type=Path, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            run(directory=options["dir"], port=options["port"], host=options["host"])
        except OSError as error:
            message = _("The mail catcher cannot listen on port %(port)s: %(error)s. Choose another with --port.")
            raise CommandError(message % {"port": options["port"], "error": error.strerror}) from error
        except KeyboardInterrupt:
            return
