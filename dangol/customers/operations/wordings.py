"""Writing a new version of what people agree to, and choosing how the house asks."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import Channel, Purpose
from dangol.customers.models import ConsentRules, ConsentWording
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


class UnableToWriteWording(OperationError):
    """The text cannot be kept as it is. `field` names what to mend."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def write_wording(
    *,
    member: Member,
    label: str,
    purpose: str,
    korean: str,
    english: str,
    now: datetime,
    channels: Sequence[str] = (),
    valid_from: datetime | None = None,
) -> ConsentWording:
    """
    Keep a new version of a text. It is never changed afterwards: what people agreed to must stay readable.

    :param label: how the ledger names it, such as "2026-11"
    :raises UnableToWriteWording: without a text in both languages, or with a label that is taken
    """
    for field, text in (("label", label), ("korean", korean), ("english", english)):
        if not text.strip():
            raise UnableToWriteWording(_("Fill this in."), field)
    wording = ConsentWording(
        workspace_id=member.workspace_id, label=label.strip(), purpose=Purpose(purpose),
        channels=[Channel(channel).value for channel in channels], korean=korean.strip(), english=english.strip(),
        valid_from=valid_from or now, by=member,
    )  # fmt: skip
    try:
        with transaction.atomic():
            wording.save(force_insert=True)
    except IntegrityError as error:
        raise UnableToWriteWording(_("A version has this name already. Choose another one."), "label") from error
    record_act(member=member, verb="write_consent_wording", detail={"label": wording.label}, now=now)
    return wording


@transaction.atomic
def save_consent_rules(
    *,
    member: Member,
    double_opt_in: bool,
    result_notices: bool,
    reconfirmation: bool,
    silence_keeps: bool,
    now: datetime,
) -> ConsentRules:
    """Choose how the house asks and what it tells. Notices that are switched on tell of what happens from now on."""
    values = {
        "double_opt_in": double_opt_in, "result_notices": result_notices, "reconfirmation": reconfirmation,
        "silence_keeps": silence_keeps,
    }  # fmt: skip
    rules, is_new = ConsentRules.objects.get_or_create(
        workspace_id=member.workspace_id, defaults=values | {"since": now}
    )
    if not is_new:
        begins = result_notices and not rules.result_notices
        changes = values | ({"since": now} if begins else {})
        for name, value in changes.items():
            setattr(rules, name, value)
        rules.save()
    record_act(member=member, verb="save_consent_rules", detail=dict(values), now=now)
    return rules
