"""One field or one whole record as it was, and one line about a tag, a relation or an address taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol import facts
from dangol.customers.enums import ChangeVerb
from dangol.customers.masks import OF_PEOPLE
from dangol.customers.models import Change, Person
from dangol.customers.operations.announcing import announce
from dangol.customers.operations.history.kept import KEPT, WITH_TRASH
from dangol.customers.operations.history.search_keys import refresh_search_keys
from dangol.customers.operations.history.trash import UnableToRestore
from dangol.customers.operations.history.turning_back import Lines, Turned
from dangol.customers.operations.people import UnableToSavePerson, exchange_identities, identities_of
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.masking import OWN_FIELD, unmasked
from dangol.workspaces.enums import FieldAccess
from dangol.workspaces.models import Member

FROM_CHANGE_ON = "c.about_id = %(object)s AND c.object_id = %(object)s AND c.id >= %(change)s"
SINCE_MOMENT = "c.about_id = %(object)s AND c.object_id = %(object)s AND c.at > %(at)s"
ONLY_READ = gettext_lazy("Your role may not change every field of this. Ask an administrator.")
THIS_CHANGE = "c.about_id = %(about)s AND c.id = %(change)s"


@transaction.atomic
def restore_field(*, change: Change, name: str, part: str | None, member: Member, now: datetime) -> bool:
    """
    Write what one field held before a change, whatever it holds now. Return whether that made a difference.

    :param name: column, such as "city" or "fields"
    :param part: key inside `fields`
    :raises UnableToRestore: if somebody else holds the address or number by now
    """
    if change.kind == "person" and member.rights.access(f"{OWN_FIELD}{part}" if part else name) != FieldAccess.WRITE:
        raise UnableToRestore(str(ONLY_READ))
    values = {"change": change.pk, "object": change.object_id, "only_name": name, "only_part": part}
    chosen = "c.about_id = %(object)s AND c.id = %(change)s"
    return _restore(change.workspace_id, change.kind, change.object_id, chosen, values, "restore_field", member, now)


@transaction.atomic
def restore_record_before(*, change: Change, member: Member, now: datetime) -> bool:
    """
    Make a whole person, company or record what it was before a change. Return whether that made a difference.

    :raises UnableToRestore: if somebody else holds its address or number by now
    """
    _refuse_who_writes_not_all(member, change.kind)
    values = {"change": change.pk, "object": change.object_id}
    return _restore(
        change.workspace_id, change.kind, change.object_id, FROM_CHANGE_ON, values, "restore_record", member, now
    )


@transaction.atomic
def restore_record_to(
    *, workspace_id: UUID, kind: str, record_id: UUID, at: datetime, member: Member, now: datetime
) -> bool:
    """
    Make a whole person, company or record what it was at a moment. Return whether that made a difference.

    :param kind: "person", "company" or "record"
    :raises UnableToRestore: if somebody else holds its address or number by now
    """
    _refuse_who_writes_not_all(member, kind)
    values = {"at": at, "object": record_id}
    return _restore(workspace_id, kind, record_id, SINCE_MOMENT, values, "restore_record", member, now)


@transaction.atomic
def take_back(*, change: Change, member: Member, now: datetime) -> bool:
    """
    Take back one line about a tag, a relation or a way to reach somebody. Return whether anything happened.

    :raises UnableToRestore: if what the line left there was changed since, or cannot come back
    """
    _refuse_who_writes_not_all(member, change.kind)
    lines = _lines(
        change.workspace_id, change.kind, THIS_CHANGE, {"change": change.pk, "about": change.about_id}, now, force=False
    )
    steps = {
        ChangeVerb.ARRIVAL: lines.remove_arrivals,
        ChangeVerb.CHANGE: lines.turn_columns,
        ChangeVerb.REMOVAL: lines.return_removals,
    }
    with act_as(member_id=member.pk, reason="take_back"), tenancy.open_trash():
        rows = steps[ChangeVerb(change.verb)]()
    if any(row.left for row in rows):
        raise UnableToRestore(_("This was changed again since. Look at the newer lines of the history first."))
    return any(row.is_turned for row in rows)


def _refuse_who_writes_not_all(member: Member, kind: str) -> None:
    """Refuse to bring a whole row back for somebody who may change but parts of it."""
    if kind in OF_PEOPLE and any(access != FieldAccess.WRITE for access in member.rights.fields.values()):
        raise UnableToRestore(str(ONLY_READ))


@unmasked
def _restore(  # noqa: PLR0917 - what every way of restoring shares
    workspace_id: UUID,
    kind: str,
    record_id: UUID,
    chosen: str,
    values: dict[str, Any],
    reason: str,
    member: Member,
    now: datetime,
) -> bool:
    lines = _lines(workspace_id, kind, chosen, values, now, force=True)
    with act_as(member_id=member.pk, reason=reason), tenancy.open_trash():
        record = WITH_TRASH[kind].objects.select_for_update(of=("self",)).get(workspace_id=workspace_id, pk=record_id)
        turned = _turn(lines)
        if not turned:
            return False
        if any(row.is_renamed for row in turned):
            refresh_search_keys(workspace_id=workspace_id, kind=kind, ids=[record_id])
        if isinstance(record, Person):
            _follow(record)
            announce(facts.PeopleRestored, workspace_id=workspace_id, person_ids=[record_id])
    return True


def _turn(lines: Lines) -> list[Turned]:
    try:
        with transaction.atomic():
            return [row for row in lines.turn_columns() if row.is_turned]
    except IntegrityError:
        raise UnableToRestore(
            _("Somebody else has this number or address by now. Change it there first, then restore.")
        ) from None


def _follow(person: Person) -> None:
    """Let the restored addresses and numbers lead to the person again."""
    before = identities_of(person)
    person.refresh_from_db()
    try:
        exchange_identities(person, before=before)
    except UnableToSavePerson as refusal:
        raise UnableToRestore(str(refusal)) from None


def _lines(workspace_id: UUID, kind: str, chosen: str, values: dict[str, Any], now: datetime, *, force: bool) -> Lines:
    return Lines(
        workspace_id=workspace_id, kind=kind, model=KEPT[kind], chosen=chosen, values=values, now=now, force=force
    )
