"""Everything that writes messages: policy, templates, outbox, delivery, answers, opt-out."""

from dangol.messaging.operations.bookkeeping import book_contacts, recount_attention_of
from dangol.messaging.operations.bounces import Bounce, take_bounce, take_mail, take_reply
from dangol.messaging.operations.confirmations import ask_for_right, confirm
from dangol.messaging.operations.consent_letters import (
    send_consent_question,
    send_rights_question,
    tell,
    tell_of_consents,
)
from dangol.messaging.operations.delivery import run_outbox
from dangol.messaging.operations.mute import mute_reason
from dangol.messaging.operations.opt_out import choose, opt_out, say_too_much, undo_opt_out
from dangol.messaging.operations.outbox import QueueResult, queue_messages
from dangol.messaging.operations.policy import decide, replay
from dangol.messaging.operations.reactions import record_click, record_open, record_reaction, record_reply
from dangol.messaging.operations.restored import settle_restored
from dangol.messaging.operations.sender import (
    UnableToSendTest,
    save_contact_rules,
    save_sender,
    send_test,
    write_to_colleague,
)
from dangol.messaging.operations.settling import UnableToSettle, mark_sent, send_again, stop_message
from dangol.messaging.operations.system_templates import make_system_templates, system_version
from dangol.messaging.operations.templates import (
    UnableToSaveTemplate,
    create_template,
    edit_template,
    newest_version,
    render_draft,
    render_preview,
)

__all__ = [
    "Bounce",
    "QueueResult",
    "UnableToSaveTemplate",
    "UnableToSendTest",
    "UnableToSettle",
    "ask_for_right",
    "book_contacts",
    "choose",
    "confirm",
    "create_template",
    "decide",
    "edit_template",
    "make_system_templates",
    "mark_sent",
    "mute_reason",
    "newest_version",
    "opt_out",
    "queue_messages",
    "record_click",
    "record_open",
    "record_reaction",
    "record_reply",
    "recount_attention_of",
    "render_draft",
    "render_preview",
    "replay",
    "run_outbox",
    "save_contact_rules",
    "save_sender",
    "say_too_much",
    "send_again",
    "send_consent_question",
    "send_rights_question",
    "send_test",
    "settle_restored",
    "stop_message",
    "system_version",
    "take_bounce",
    "take_mail",
    "take_reply",
    "tell",
    "tell_of_consents",
    "undo_opt_out",
    "write_to_colleague",
]
