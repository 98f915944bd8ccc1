"""Saying where a source is, what to read there, what its columns mean, and when."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import ImportTarget, sort_of
from dangol.customers.operations.imports.rights import forbidden_meanings, forbidden_names
from dangol.customers.operations.imports.suggesting import own_titles, suggested_mapping
from dangol.customers.operations.imports.targets import KEYS, is_known_target
from dangol.customers.queries import import_targets
from dangol.integrations.data_sources.cells import text_of
from dangol.integrations.data_sources.contracts import Column, SourceTrouble
from dangol.integrations.data_sources.enums import Kind, Load, Shelf
from dangol.integrations.data_sources.models import SeenRow, Source
from dangol.integrations.data_sources.operations.places import open_secrets, place_of, sealed_secrets
from dangol.integrations.data_sources.operations.taking import Taken, take
from dangol.integrations.data_sources.operations.timing import next_time
from dangol.integrations.data_sources.readers import opened, sftp
from dangol.kit.errors import OperationError
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

SAMPLE = 20
KEPT_CELL = 200


class UnableToSetUp(OperationError):
    """The source cannot be set up like this. Says what to change."""


@dataclass(frozen=True)
class Sample:
    """The first rows of a source, as text, under its columns."""

    columns: list[Column]
    rows: list[list[str]]


@transaction.atomic
def create_source(*, member: Member, name: str, kind: Kind, subject: str, now: datetime) -> Source:
    """
    Begin a new source. It reads nothing before it is set up.

    :param subject: see `import_targets`
    :raises UnableToSetUp: if there is one of this name, or no such subject
    """
    if subject not in dict(import_targets(workspace_id=member.workspace_id)):
        raise UnableToSetUp(_("Say what a row tells of."))
    source = Source(workspace_id=member.workspace_id, name=name, kind=kind, subject=subject, by=member)
    _save_named(source)
    record_act(member=member, verb="create_data_source", detail={"source": str(source.pk), "name": name}, now=now)
    return source


@transaction.atomic
def save_place(
    *,
    source: Source,
    member: Member,
    name: str,
    place: Mapping[str, Any],
    secrets: Mapping[str, str],
    is_private_allowed: bool,
    now: datetime,
) -> Source:
    """
    Keep where the source is. An empty secret keeps the one that is stored, unless the server is another.

    :raises UnableToSetUp: if another source has this name
    """
    is_same = all(source.place.get(part) == place.get(part) for part in ("host", "port", "url"))
    kept = open_secrets(source) if is_same else {}
    host_key = source.place.get("host_key") if is_same else ""
    source.name, source.is_private_allowed = name, is_private_allowed
    source.place = {**place, **({"host_key": host_key} if host_key else {})}
    source.secrets = sealed_secrets(source, kept | {part: text for part, text in secrets.items() if text})
    _save_named(source)
    detail = {"source": str(source.pk), "host": place.get("host", ""), "is_private_allowed": is_private_allowed}
    record_act(member=member, verb="set_data_source_place", detail=detail, now=now)
    return source


def try_connection(*, source: Source) -> list[str]:
    """
    Connect and look around: names of tables, or of files that would be read. Pins the key of an SSH server.

    :raises UnableToSetUp: with the reason in plain words
    """
    try:
        _pin_host_key(source)
        with opened(place_of(source)) as reader:
            return reader.offered()
    except SourceTrouble as trouble:
        raise UnableToSetUp(str(trouble)) from trouble


def forget_host_key(*, source: Source, member: Member, now: datetime) -> None:
    """Believe the SSH server's next key, whichever it is."""
    source.place = {name: value for name, value in source.place.items() if name != "host_key"}
    source.save(update_fields=["place"])
    record_act(member=member, verb="forget_host_key", detail={"source": str(source.pk)}, now=now)


@transaction.atomic
def save_content(*, source: Source, member: Member, content: Mapping[str, Any], now: datetime) -> Sample:
    """
    Keep what to read, look at it, and suggest what new columns mean.

    Another table, query, pattern or list begins anew: its cursor does not fit any more.

    :raises UnableToSetUp: if it cannot be read
    """
    if dict(content) != source.content:
        source.cursor = {}
        SeenRow.objects.filter(workspace_id=source.workspace_id, source=source).delete()
    source.content = dict(content)
    sample = sample_of(source)
    _learn_columns(source, sample)
    source.save(update_fields=["content", "columns", "mapping", "cursor", "drift"])
    detail = {"source": str(source.pk), "content": dict(content)}
    record_act(member=member, verb="set_data_source_content", detail=detail, now=now)
    return sample


def sample_of(source: Source) -> Sample:
    """
    Read the first rows as they are now.

    :raises UnableToSetUp: with the reason in plain words
    """
    try:
        with opened(place_of(source)) as reader:
            columns, rows = reader.sample(SAMPLE)
    except SourceTrouble as trouble:
        raise UnableToSetUp(str(trouble)) from trouble
    if not columns:
        raise UnableToSetUp(_("There is no row yet, so nobody can say which columns there are."))
    return Sample(columns, [[text_of(cell) for cell in row] for row in rows])


@transaction.atomic
def save_mapping(
    *, source: Source, member: Member, sample: Sample, mapping: Mapping[str, str], on_duplicate: str, now: datetime
) -> Source:
    """
    Keep what the columns of the sample mean. Whoever looked at the columns has seen how they changed, and answers from
    now on for what is taken in.

    :raises UnableToSetUp: for an unknown or repeated meaning, one that the member's role does not write, or when
        nothing tells rows apart
    """
    chosen = [meaning for meaning in mapping.values() if meaning]
    if not all(is_known_target(source.subject, meaning) for meaning in chosen):
        raise UnableToSetUp(_("One of the columns means something unknown. Choose again."))
    if len(chosen) != len(set(chosen)):
        raise UnableToSetUp(_("Two columns have the same meaning. Choose one of them."))
    if not set(KEYS[sort_of(source.subject)]) & set(chosen):
        raise UnableToSetUp(_no_key(source.subject))
    if named := forbidden_names(target=source.subject, meanings=chosen, member=member):
        raise UnableToSetUp(_("Your role may not write these fields: %(fields)s. Leave them out.") % {"fields": named})
    source.columns = [{"name": column.name, "kind": column.kind} for column in sample.columns]
    source.mapping = {column.name: mapping.get(column.name, "") for column in sample.columns}
    source.on_duplicate, source.drift, source.by = on_duplicate, {}, member
    source.save(update_fields=["columns", "mapping", "on_duplicate", "drift", "by"])
    detail = {"source": str(source.pk), "mapping": source.mapping}
    record_act(member=member, verb="set_data_source_columns", detail=detail, now=now)
    return source


@transaction.atomic
def dry_run(*, source: Source, sample: Sample, mapping: Mapping[str, str], member: Member, now: datetime) -> Taken:
    """
    Take the sample and undo it at once: what comes back is what a run would do, decided by the same code.

    Columns that the member's role does not write are left out, lest they tell whose address or number it is.
    """
    planned = copy(source)
    planned.by = member
    forbidden = forbidden_meanings(target=source.subject, meanings=mapping.values(), member=member)
    planned.columns = [{"name": column.name, "kind": column.kind} for column in sample.columns]
    planned.mapping = {name: "" if meaning in forbidden else meaning for name, meaning in mapping.items()}
    numbers = range(1, len(sample.rows) + 1)
    taken = take(source=planned, rows=sample.rows, numbers=numbers, faults={}, batch=uuid7(), now=now)
    transaction.set_rollback(True)
    return taken


@transaction.atomic
def save_schedule(
    *, source: Source, member: Member, load: str, cursor_column: str, rhythm: str, every: int, daily_at: time,
    now: datetime,
) -> Source:  # fmt: skip
    """
    Keep what a run reads and when. Another cursor column begins anew.

    :raises UnableToSetUp: if only new rows are wanted and no column can tell which they are
    """
    column = cursor_column if load == Load.INCREMENTAL else ""
    if (
        load == Load.INCREMENTAL
        and column not in source.column_names
        and not (source.kind == Kind.FILES and not column)
    ):
        raise UnableToSetUp(_("Choose the column that grows with every change, such as the time of the last change."))
    if (source.load, source.cursor_column) != (load, column):
        source.cursor = {}
    source.load, source.cursor_column, source.rhythm, source.every, source.daily_at = (
        load,
        column,
        rhythm,
        every,
        daily_at,
    )
    source.next_run_at = next_time(source, after=now) if source.is_active else None
    source.save()
    detail = {"source": str(source.pk), "load": load, "rhythm": rhythm, "every": every}
    record_act(member=member, verb="set_data_source_schedule", detail=detail, now=now)
    return source


@transaction.atomic
def delete_source(*, source: Source, member: Member, now: datetime) -> None:
    """Forget the source, its secrets and its log. Whom it brought stays."""
    detail = {"source": str(source.pk), "name": source.name}
    source.delete()
    record_act(member=member, verb="delete_data_source", detail=detail, now=now)


def _pin_host_key(source: Source) -> None:
    if source.place.get("shelf") != Shelf.SFTP or source.place.get("host_key"):
        return
    source.place = {**source.place, "host_key": sftp.host_key_of(place_of(source))}
    source.save(update_fields=["place"])


def _learn_columns(source: Source, sample: Sample) -> None:
    """Known columns keep their meaning, new ones get a suggestion; a source without a mapping has none stored yet."""
    names = [column.name for column in sample.columns]
    source.columns = [{"name": column.name, "kind": column.kind} for column in sample.columns]
    if source.mapping:
        source.mapping = {name: source.mapping.get(name, "") for name in names}


def suggestion(source: Source, sample: Sample) -> dict[str, str]:
    """What each column of the sample means: as it was chosen, else as its name and its cells suggest."""
    names = [column.name for column in sample.columns]
    titles = [name.rpartition(".")[2] for name in names]
    own = own_titles(workspace_id=source.workspace_id, target=source.subject)
    guessed = suggested_mapping(titles, target=source.subject, sample=sample.rows, own=own)
    taken = {meaning for meaning in source.mapping.values() if meaning}
    meanings = {}
    for number, name in enumerate(names):
        guess = guessed.get(str(number), "")
        meanings[name] = source.mapping.get(name, "" if guess in taken else guess)
    return meanings


def _save_named(source: Source) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        if "data_source_name_once" not in str(error):
            raise
        raise UnableToSetUp(_("There is a source of this name already.")) from None


def _no_key(subject: str) -> str:
    if subject == "companies":
        return _("Choose a column for the company's name, registration number or number.")
    if subject != ImportTarget.PEOPLE:
        return _("Choose a column for the name or the number.")
    return _("Choose a column for the e-mail address, the phone number or the customer number.")
