"""What can be asked about messages, decisions and templates."""

from dangol.messaging.queries.clusters import cluster_keys
from dangol.messaging.queries.explaining import explain_for_customer, explain_for_staff, sentences_of, why_it_is_there
from dangol.messaging.queries.mutes import people_who_muted
from dangol.messaging.queries.reasons import reason_label
from dangol.messaging.queries.staff import (
    contact_rules_of,
    messages_in,
    messages_visible_to,
    person_to_preview,
    preview_people,
    sender_of,
    tabs,
    templates_visible_to,
)

__all__ = [
    "cluster_keys",
    "contact_rules_of",
    "explain_for_customer",
    "explain_for_staff",
    "messages_in",
    "messages_visible_to",
    "people_who_muted",
    "person_to_preview",
    "preview_people",
    "reason_label",
    "sender_of",
    "sentences_of",
    "tabs",
    "templates_visible_to",
    "why_it_is_there",
]
