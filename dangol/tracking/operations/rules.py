"""What people say about events: what they mean, and what is to be done with them."""

from datetime import datetime

from dangol.tracking.enums import EventRule, PropertyRule
from dangol.tracking.models import EventDefinition, PropertyDefinition
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


def describe_event(*, event: EventDefinition, label_ko: str, label_en: str, description: str) -> None:
    """Say what an event is called and means, for those who build segments and campaigns on it."""
    event.label_ko, event.label_en, event.description = label_ko, label_en, description
    event.save(update_fields=["label_ko", "label_en", "description"])


def rule_event(*, event: EventDefinition, rule: EventRule | str, member: Member, now: datetime) -> None:
    """Expect an event or keep it out from the next chunk on; an empty rule takes it in. What is stored stays."""
    event.rule = rule
    event.save(update_fields=["rule"])
    record_act(member=member, verb="rule_event", detail={"event": event.name, "rule": rule}, now=now)


def rule_property(*, definition: PropertyDefinition, rule: PropertyRule | str, member: Member, now: datetime) -> None:
    """Expect, mask, leave out or trust a property, or keep its events out, from the next chunk on."""
    definition.rule = rule
    definition.save(update_fields=["rule"])
    detail = {"event": definition.event.name, "property": definition.name, "rule": rule}
    record_act(member=member, verb="rule_property", detail=detail, now=now)
