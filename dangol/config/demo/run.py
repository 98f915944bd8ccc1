"""The demo from end to end, the table of what it did, and the check of that table."""

import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dangol.config.supervisor import System, running_system

SMTP_PORT = 2525
PEOPLE, PURCHASES = 23_570, 69_659


def run_demo(*, data: Path, port: int, once: bool) -> int:
    """
    Run the main job on the real history, then keep the system running; with `once`, check, print JSON and stop.

    Returns the exit status: 1 if a number is not what the history must give.
    """
    started = time.monotonic()
    smtp_port = int(os.environ.get("DANGOL_DEMO_SMTP_PORT", SMTP_PORT))
    os.environ["DANGOL_MAIL_CATCHER_DIR"] = str(data / "mail")
    os.environ["DANGOL_MAIL_CATCHER_PORT"] = str(smtp_port)
    with running_system(data, port, log_to_files=True) as system:
        system.enter_django()
        from dangol.integrations.mail_catcher.catcher import catching  # noqa: PLC0415 - Django is loaded just above

        with catching(data / "mail", port=smtp_port):
            table = _do_everything(system, data, smtp_port=smtp_port)
            table["seconds"] = round(time.monotonic() - started, 1)
            _print_table(table)
            if once:
                return _finish_once(table)
            sys.stderr.write(f"\n  {system.web_url}   {table['login']}   {table['password']}\n  Ctrl-C\n")
            system.wait()
    return 0


def _do_everything(system: System, data: Path, *, smtp_port: int) -> dict[str, Any]:
    from dangol.config.demo import house as house_room  # noqa: PLC0415 - needs Django
    from dangol.config.demo import message, taking_in  # noqa: PLC0415 - needs Django
    from dangol.config.demo.table import counts  # noqa: PLC0415 - needs Django

    now = datetime.now(UTC)
    house = house_room.open_house(data, smtp_port=smtp_port, now=now)
    if not (data / "demo-done").exists():
        taking_in.take_in_people(house, now=now)
        taking_in.take_in_purchases(house, web_url=system.web_url, now=now)
        message.score_everybody(house)
        segment = message.describe_regulars(house, now=now)
        message.send_campaign(house, segment, now=datetime.now(UTC))
        message.answer_as_customers(data / "mail")
        (data / "demo-done").touch()
    return counts(house, data / "mail") | {
        "address": system.web_url,
        "login": house_room.LOGIN,
        "password": house.password,
    }


def _print_table(table: Mapping[str, Any]) -> None:
    width = max(len(name) for name in table)
    for name, value in table.items():
        if isinstance(value, dict):
            sys.stderr.write(f"  {name:<{width}}\n")
            for part, number in value.items():
                sys.stderr.write(f"    {part:<{width}}  {number:,}\n")
        else:
            shown = f"{value:,}" if isinstance(value, int) else value
            sys.stderr.write(f"  {name:<{width}}  {shown}\n")


def _finish_once(table: dict[str, Any]) -> int:
    wrong = faults(table)
    for fault in wrong:
        sys.stderr.write(f"  WRONG: {fault}\n")
    sys.stdout.write(json.dumps(table, ensure_ascii=False) + "\n")
    return 1 if wrong else 0


def faults(table: Mapping[str, Any]) -> list[str]:
    """Return every number of the table that contradicts the history or another number."""
    checks = {
        f"people are {PEOPLE}": table["people"] == PEOPLE,
        f"orders are {PURCHASES}": table["orders"] == PURCHASES,
        "every order is told in a story": table["story_entries"] >= table["people"],
        "every relationship has its strength": table["strengths"] == table["people"],
        "the audience is not empty": table["audience"] > 0,
        "everybody has one outcome": table["audience"]
        == table["sent"] + table["failed"] + table["unknown"] + table["left_alone"] + sum(table["held_back"].values()),
        "what was sent arrived, once": table["delivered"] == table["sent"],
        "nobody got it twice": table["delivered_twice"] == 0,
        "some were held back for a reason": bool(table["held_back"]),
        "some were left alone": table["left_alone"] > 0,
        "people opened, clicked and opted out": min(table["answers"].values()) > 0,
        "every opt-out is in the ledger": table["consents_withdrawn"] >= table["answers"]["opted_out"],
    }
    return [name for name, holds in checks.items() if not holds]
