"""The demo's workspace, its administrator, and how patient the demo is."""

import json
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from datetime import time as clock
from pathlib import Path

from django.db import transaction

from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.kit.private_files import write_private
from dangol.messaging.operations import save_contact_rules, save_sender
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member, Workspace
from dangol.workspaces.operations import found_workspace, invite, open_account

SLUG = "demo"
LOGIN = "demo@example.com"
PATIENCE = 240.0
SENDER = {
    "name": "단골레코드",
    "email": "hello@example.com",
    "phone": "02-000-0000",
    "postal_address": "서울특별시 마포구 와우산로 1",
    "host": "127.0.0.1",
    "connections": 4,
}
# The demo must look the same at every hour, so this house takes no rest; e-mail is exempt from the legal night.
NO_REST = {"email_at_legal_night": True, "quiet_from": clock(0), "quiet_until": clock(0)}


class DemoFailed(OperationError):
    """A step of the demo did not come to its end."""


@dataclass(frozen=True)
class House:
    """The demo's workspace with the member who does everything, and that member's password."""

    workspace: Workspace
    member: Member
    password: str


def open_house(data: Path, *, smtp_port: int, now: datetime) -> House:
    """Return the demo's workspace, making it on the first start."""
    workspace = Workspace.objects.filter(slug=SLUG).first()
    if workspace is None:
        return _found_house(data, smtp_port=smtp_port, now=now)
    with tenancy.workspace(workspace.pk):
        member = Member.objects.select_related("user", "workspace").get(user__email=LOGIN)
    password = json.loads((data / "demo.json").read_text(encoding="utf-8"))["password"]
    return House(workspace, member, password)


@transaction.atomic
def _found_house(data: Path, *, smtp_port: int, now: datetime) -> House:
    workspace = found_workspace(name="단골레코드", slug=SLUG, language="ko", time_zone="Asia/Seoul", currency="KRW")
    tenancy.enter_workspace(workspace.pk)
    password = secrets.token_urlsafe(12)
    write_private(data / "demo.json", json.dumps({"password": password}))
    user = open_account(email=LOGIN, name="이보라", password=password, language="ko")
    member = invite(workspace=workspace, user=user, role=Role.ADMINISTRATOR)
    save_sender(member=member, values=SENDER | {"port": smtp_port}, now=now)
    save_contact_rules(member=member, values=NO_REST, now=now)
    return House(workspace, member, password)


def wait_for(what: str, count: Callable[[], int], goal: int, *, patience: float = PATIENCE) -> None:
    """
    Wait until `count` reaches the goal, and tell how far it is.

    :raises DemoFailed: if it takes too long
    """
    deadline = time.monotonic() + patience
    told = -1
    while (reached := count()) < goal:
        if time.monotonic() > deadline:
            raise DemoFailed(f"{what}: {reached:,} of {goal:,} after {patience:.0f} s. See var/demo/log/worker.log.")
        if reached != told and sys.stderr.isatty():
            sys.stderr.write(f"\r  {what}: {reached:,} / {goal:,}   ")
        told = reached
        time.sleep(0.25)
    say(f"{what}: {reached:,}")


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"\r  {line}\x1b[K\n" if sys.stderr.isatty() else f"  {line}\n")
    sys.stderr.flush()
