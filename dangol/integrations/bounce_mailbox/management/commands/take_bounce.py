"""Take one returned mail from a pipe: `python manage.py take_bounce < mail`, as a mail server's alias calls it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from dangol.messaging.operations import take_mail


class Command(BaseCommand):
    """Reads one mail from the standard input. Exits with 0 also for mail that is none of ours: a server would retry."""

    help = "Take one bounce, complaint or reply from the standard input."

    def handle(self, *_args: Any, **_options: Any) -> None:
        raw = sys.stdin.buffer.read()
        with transaction.atomic():
            bounce = take_mail(raw, now=timezone.now())
        self.stdout.write(f"{bounce.kind} {bounce.message_id}" if bounce else "ignored")
