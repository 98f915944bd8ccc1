"""`python -m dangol workspace`: suspend, limit, export, import and delete a workspace whole."""

import argparse
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dangol.config.backup_store import backup_storage
from dangol.config.environment import database_url, env_text
from dangol.kit import keyring, tenancy, tenant_tables
from dangol.kit.crypto import SealBroken
from dangol.kit.errors import OperationError
from dangol.kit.private_files import write_private
from dangol.kit.sealed_files import SUFFIX, key_of, seal_file, unseal_file
from dangol.tracking.operations import forget_lake, rebuild_lake
from dangol.workspaces.enums import Limited
from dangol.workspaces.models import Workspace
from dangol.workspaces.operations import close_accounts, resume, set_limits, suspend
from dangol.workspaces.queries import all_workspaces, standings

MADE_ANEW = frozenset({"tracking_lakefile", "tracking_lake_change"})
"""They tell where the copy in columns lies, which is written anew in the other installation."""
VERSION = "SELECT app, name FROM django_migrations ORDER BY app, name"
USERS = """
SELECT to_jsonb(workspaces_user) FROM workspaces_user JOIN workspaces_member ON user_id = workspaces_user.id
"""
TAKE_USER = """
INSERT INTO workspaces_user SELECT * FROM jsonb_populate_record(NULL::workspaces_user, %s)
ON CONFLICT (email) DO NOTHING
"""
TAKE_WORKSPACE = "INSERT INTO workspaces_workspace SELECT * FROM jsonb_populate_record(NULL::workspaces_workspace, %s)"


class UnableToMove(OperationError):
    """The file or the workspace is not as it must be. Said in both languages."""

    def __init__(self, english: str, korean: str) -> None:
        super().__init__(f"{english}\n{korean}")


def run(options: argparse.Namespace) -> None:
    """Do what was asked for."""
    ACTS[options.act](options)


def _suspend(options: argparse.Namespace) -> None:
    suspend(_found(options), now=timezone.now())


def _resume(options: argparse.Namespace) -> None:
    resume(_found(options))


def _limits(options: argparse.Namespace) -> None:
    """Set the limits that are told, and print how the workspace stands; without one, how all of them do."""
    told = dict(_read_limit(text) for text in options.limits)
    meant = [_found(options)] if options.workspace or told else all_workspaces().order_by("slug")
    for workspace in meant:
        with tenancy.workspace(workspace.pk):
            set_limits(workspace_id=workspace.pk, limits=told)
            for one in standings(workspace.pk, now=timezone.now()):
                most = "no limit" if one.most is None else f"{one.most} ({one.percent} %)"
                sys.stdout.write(f"{workspace.slug} {one.what} {one.what.span.value}: {one.used} of {most}\n")


def _read_limit(text: str) -> tuple[Limited, int | None]:
    what, _equals, most = text.partition("=")
    if what not in Limited.values or not (most == "none" or most.isdecimal()):
        known = ", ".join(Limited.values)
        raise UnableToMove(
            f"{text!r} is no limit: write one of {known}, as people=10000 or people=none.",
            f"{text!r}은(는) 한도가 아닙니다. {known} 중 하나를 people=10000 또는 people=none처럼 적어 주십시오.",
        )
    return Limited(what), None if most == "none" else int(most)


def _export(options: argparse.Namespace) -> None:
    workspace = _found(options)
    with _outgoing(Path(options.file)) as archive, _inside(workspace.pk) as connection:
        tables = _moved(connection)
        about: dict[str, Any] = {
            "version": [list(row) for row in connection.execute(VERSION)],
            "workspace": _one(connection, "SELECT to_jsonb(w) FROM workspaces_workspace w WHERE id = %s", workspace.pk),
            "users": [user for (user,) in connection.execute(USERS)],
            "partitions": tenant_tables.partitions(connection, tables),
            "rows": {},
        }
        for table in tables:
            with archive.open(f"tables/{table}", "w", force_zip64=True) as to:
                about["rows"][table] = tenant_tables.copy_out(connection, table, to)
        keys = keyring.keys_file(workspace.pk)
        if keys.exists():
            archive.writestr("keys.json", keys.read_bytes())
        archive.writestr("about.json", json.dumps(about))
    sys.stdout.write(f"{workspace.slug}: {sum(about['rows'].values())} rows of {len(tables)} tables.\n")


def _import(options: argparse.Namespace) -> None:
    with _incoming(Path(options.file)) as archive:
        about = json.loads(archive.read("about.json"))
        workspace_id = UUID(about["workspace"]["id"])
        slug = options.workspace or about["workspace"]["slug"]
        if Workspace.objects.filter(pk=workspace_id).exists() or Workspace.objects.filter(slug=slug).exists():
            raise UnableToMove(
                f"There is a workspace {slug}, or this one under another name: delete it, or choose --workspace.",
                f"작업 공간 {slug} 또는 같은 작업 공간이 이미 있습니다. 삭제하거나 --workspace로 이름을 정해 주십시오.",
            )
        with _inside(workspace_id) as connection:
            rows = _take_in(connection, archive, about | {"workspace": about["workspace"] | {"slug": slug}})
        if "keys.json" in archive.namelist():
            write_private(keyring.keys_file(workspace_id), archive.read("keys.json").decode())
    with tenancy.workspace(workspace_id):
        rebuild_lake(workspace_id=workspace_id)
    sys.stdout.write(f"{slug}: {rows} rows, as many as were exported.\n")


def _take_in(connection: tenant_tables.Connection, archive: zipfile.ZipFile, about: dict[str, Any]) -> int:
    tables = _moved(connection)
    if about["version"] != [list(row) for row in connection.execute(VERSION)] or set(tables) != set(about["rows"]):
        raise UnableToMove(
            "The file was written by another version of Dangol: bring both installations to the same one.",
            "파일을 만든 단골의 버전이 다릅니다. 두 설치를 같은 버전으로 맞춰 주십시오.",
        )
    connection.execute(TAKE_WORKSPACE, [json.dumps(about["workspace"])])
    users = {}
    for user in about["users"]:
        connection.execute(TAKE_USER, [json.dumps(user)])
        users[UUID(user["id"])] = _one(connection, "SELECT id FROM workspaces_user WHERE email = %s", user["email"])
    tenant_tables.make_partitions(connection, about["partitions"])
    with tenant_tables.without_triggers(connection, tables):
        for table in tables:
            with archive.open(f"tables/{table}") as rows:
                if tenant_tables.copy_in(connection, table, rows, users=users) != about["rows"][table]:
                    raise _damaged()
    return int(sum(about["rows"].values()))


def _delete(options: argparse.Namespace) -> None:
    workspace = _found(options)
    if workspace.suspended_at is None:
        raise UnableToMove(
            f"{workspace.slug} is in use: suspend it first, export it if it may be needed, then delete it.",
            f"{workspace.slug} 작업 공간이 사용 중입니다. 먼저 정지하고 필요하면 내보낸 뒤 삭제해 주십시오.",
        )
    keyring.destroy_keys(workspace.pk)
    if settings.BACKUP:
        backup_storage().delete(f"keys/{keyring.keys_file(workspace.pk).name}{SUFFIX}")
    with _inside(workspace.pk) as connection:
        users = [UUID(user["id"]) for (user,) in connection.execute(USERS)]
        tables = tenant_tables.tenant_tables(connection)
        with tenant_tables.without_triggers(connection, tables):
            for table in tables:
                tenant_tables.clear(connection, table)
        connection.execute("DELETE FROM workspaces_workspace WHERE id = %s", [workspace.pk])
    forget_lake(workspace_id=workspace.pk)
    (Path(settings.AUDIT_ANCHORS) / f"{workspace.pk}.txt").unlink(missing_ok=True)
    with transaction.atomic():
        closed = close_accounts(users)
    sys.stdout.write(f"{workspace.slug}: its rows, its keys and {closed} accounts are gone.\n")


def _found(options: argparse.Namespace) -> Workspace:
    workspace = all_workspaces().filter(slug=options.workspace).first()
    if workspace is None:
        raise UnableToMove(
            f"There is no workspace {options.workspace!r}: name one with --workspace.",
            f"작업 공간 {options.workspace!r}이(가) 없습니다. --workspace로 지정해 주십시오.",
        )
    return workspace


@contextmanager
def _inside(workspace_id: UUID) -> Iterator[tenant_tables.Connection]:
    try:
        with tenant_tables.inside(database_url("owner"), workspace_id) as connection:
            yield connection
    except (ValueError, psycopg.DataError, psycopg.IntegrityError, psycopg.errors.InsufficientPrivilege) as problem:
        raise _damaged() from problem


def _damaged() -> UnableToMove:
    return UnableToMove(
        "The file is not as it was written, or its key is another one. Nothing was taken in.",
        "파일이 바뀌었거나 키가 다릅니다. 아무것도 가져오지 않았습니다.",
    )


def _moved(connection: tenant_tables.Connection) -> list[str]:
    return [table for table in tenant_tables.tenant_tables(connection) if table not in MADE_ANEW]


def _one(connection: tenant_tables.Connection, query: str, value: object) -> Any:
    ((found,),) = connection.execute(query, [value]).fetchall()
    return found


@contextmanager
def _outgoing(path: Path) -> Iterator[zipfile.ZipFile]:
    """Yield an archive that becomes a file when it is whole, sealed if `DANGOL_EXPORT_KEY` is set."""
    key = env_text("DANGOL_EXPORT_KEY")
    building = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(building, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            yield archive
        if key:
            file.seek(0)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as sealed:
                seal_file(file, sealed, key_of(key))
            Path(sealed.name).replace(building)
    building.replace(path)


@contextmanager
def _incoming(path: Path) -> Iterator[zipfile.ZipFile]:
    key = env_text("DANGOL_EXPORT_KEY")
    try:
        with path.open("rb") as file, tempfile.TemporaryFile() as opened:
            if key:
                opened.writelines(unseal_file(file, key_of(key)))
            with zipfile.ZipFile(opened if key else file) as archive:
                yield archive
    except FileNotFoundError as problem:
        raise UnableToMove(f"There is no file {path}.", f"{path} 파일이 없습니다.") from problem
    except (SealBroken, zipfile.BadZipFile, KeyError) as problem:
        raise _damaged() from problem


ACTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "suspend": _suspend, "resume": _resume, "limits": _limits, "export": _export, "import": _import, "delete": _delete,
}  # fmt: skip
