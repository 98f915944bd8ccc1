"""`python -m dangol`: what an operator runs."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from dangol.config.environment import data_directory
from dangol.kit.errors import OperationError

SETTINGS = "dangol.config.settings"

Command = Callable[[argparse.Namespace], int | None]
Commands = Any  # argparse keeps the type of `add_subparsers` to itself


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status. Expected problems are one sentence in English and in Korean."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every `with` and `finally` still runs
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        result: int | None = options.run(options)
    except OperationError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return result or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dangol", description="Dangol, the CRM that remembers.")
    commands = parser.add_subparsers(required=True, metavar="command")
    _add(commands, "start", _start, "prepare, then run PostgreSQL, web and worker until stopped", address=True)
    _add(commands, "prepare", _prepare, "make the data directory, roles and database, and migrate")
    _add(commands, "web", _web, "run one web process", address=True)
    _add(commands, "worker", _worker, "run one worker process")
    _add(commands, "migrate", _migrate, "migrate as the owner, compile messages, collect static files")
    _add(commands, "doctor", _doctor, "check this installation", address=True)
    workspace = _add(commands, "create-workspace", _create_workspace, "make a workspace and its first administrator")
    for name, meaning in (("--name", "the company"), ("--slug", "name in addresses"), ("--email", "who signs in")):
        workspace.add_argument(name, required=True, help=meaning)
    workspace.add_argument("--administrator", default="", help="the administrator's name")
    workspace.add_argument("--language", choices=("ko", "en"), default="ko")
    workspace.add_argument("--time-zone", default="Asia/Seoul")
    workspace.add_argument("--currency", default="KRW")
    lake = _add(commands, "lake", _lake, "show or tend the copy of the events in columns")
    lake.add_argument("act", choices=("status", "write", "rebuild", "compact"))
    lake.add_argument("--workspace", default="", help="short name of the only workspace that is meant")
    replay = _add(
        commands, "replay", _replay, "make counts, orders and traits anew from the stored events of some days"
    )
    replay.add_argument("--since", required=True, type=date.fromisoformat, help="first day, as 2026-11-01 (UTC)")
    replay.add_argument("--until", required=True, type=date.fromisoformat, help="last day")
    replay.add_argument("--workspace", default="", help="short name of the only workspace that is meant")
    audit = _add(commands, "audit", _audit, "prove that the record of who did what is the one that was written")
    audit.add_argument("act", choices=("verify",))
    audit.add_argument("--workspace", default="", help="short name of the only workspace that is meant")
    audit.add_argument("--heads", default="", help="folder with the heads that were written down; else as configured")
    keys = _add(commands, "keys", _keys, "the keys under which secrets are sealed: show them, or exchange them")
    keys.add_argument("act", choices=("status", "rotate", "wrap"))
    keys.add_argument("--workspace", default="", help="short name of the only workspace that is meant")
    whole = _add(
        commands, "workspace", _workspace, "suspend, resume, limit, export, import or delete a workspace whole"
    )
    whole.add_argument("act", choices=("suspend", "resume", "limits", "export", "import", "delete"))
    whole.add_argument("limits", nargs="*", metavar="WHAT=MOST", help="limits: to set, as people=10000 or people=none")
    whole.add_argument("--workspace", default="", help="its short name; import: another one than it had")
    whole.add_argument("--file", default="workspace.zip", help="export, import: sealed if DANGOL_EXPORT_KEY is set")
    backup = _add(commands, "backup", _backup, "copies of the whole installation, and the way back to any moment")
    backup.add_argument("act", choices=("take", "drill", "list", "verify", "restore", "key", "keep"))
    backup.add_argument("--at", default="", help="restore: the moment, as 2026-11-23T09:30:00+09:00; else the latest")
    backup.add_argument("--to", default="", help="restore: the data directory to restore into; else DANGOL_DATA")
    backup.add_argument("--replace", action="store_true", help="restore: move the database that is there aside")
    demo = _add(commands, "demo", _demo, "run the main job on a real purchase history", address=True)
    demo.add_argument("--once", action="store_true", help="check it, print the table as JSON and stop")
    return parser


def _add(
    commands: Commands, name: str, run: Command, meaning: str, *, address: bool = False
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=meaning, description=meaning)
    command.set_defaults(run=run)
    if address:
        command.add_argument("--host", default=os.environ.get("DANGOL_HOST", "127.0.0.1"))
        command.add_argument("--port", type=int, default=int(os.environ.get("DANGOL_PORT", "8000")))
    return command


def _start(options: argparse.Namespace) -> None:
    from dangol.config.supervisor import running_system, stop_requested  # noqa: PLC0415 - loaded when it runs

    sys.stderr.write(
        "Dangol is being prepared; the first time takes a minute. / 준비하고 있습니다. 처음에는 1분쯤 걸립니다.\n"
    )
    with running_system(data_directory(), options.port, host=options.host) as system:
        asked = stop_requested()
        sys.stderr.write(f"Dangol runs at {system.web_url} — stop it with Ctrl-C.\n")
        asked.wait()


def _prepare(_options: argparse.Namespace) -> None:
    from dangol.config.supervisor import prepared  # noqa: PLC0415 - each command loads only what it runs

    with prepared(data_directory()):
        sys.stderr.write(f"Everything is prepared in {data_directory()}.\n")


def _web(options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.web import serve  # noqa: PLC0415 - each command loads only what it runs

    serve(host=options.host, port=options.port)


def _worker(_options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.worker import work  # noqa: PLC0415 - needs the settings

    work()


def _migrate(_options: argparse.Namespace) -> None:
    os.environ["DANGOL_DB_ROLE"] = "owner"
    _enter(guarded=False)
    from dangol.config.upgrade import upgrade  # noqa: PLC0415 - needs the settings

    upgrade()


def _doctor(options: argparse.Namespace) -> int:
    from dangol.config.doctor import examine  # noqa: PLC0415 - each command loads only what it runs

    return examine(data_directory(), port=options.port)


def _create_workspace(options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.first_workspace import create_workspace  # noqa: PLC0415 - needs the settings

    create_workspace(options)


def _lake(options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.lake import tend_lake  # noqa: PLC0415 - needs the settings

    tend_lake(options)


def _replay(options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.replay import replay  # noqa: PLC0415 - needs the settings

    replay(options)


def _audit(options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.audit import verify  # noqa: PLC0415 - needs the settings

    verify(options)


def _keys(options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.keys import tend_keys  # noqa: PLC0415 - needs the settings

    tend_keys(options)


def _workspace(options: argparse.Namespace) -> None:
    _enter(guarded=True)
    from dangol.config.workspaces import run  # noqa: PLC0415 - needs the settings

    run(options)


def _backup(options: argparse.Namespace) -> None:
    from dangol.config.backup import run  # noqa: PLC0415 - each command loads only what it runs

    run(options)


def _demo(options: argparse.Namespace) -> int:
    from dangol.config.demo import run_demo  # noqa: PLC0415 - each command loads only what it runs

    return int(run_demo(data=data_directory(), port=options.port, once=options.once))


def _enter(*, guarded: bool) -> None:
    """Load Django with the product's settings. `guarded`: first make sure that the runtime role is walled in."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    if guarded:
        from dangol.config.databases import refuse_open_walls  # noqa: PLC0415 - each command loads only what it runs
        from dangol.config.environment import database_url  # noqa: PLC0415 - each command loads only what it runs

        refuse_open_walls(database_url("runtime"))
    import django  # noqa: PLC0415 - needs the settings

    django.setup()
