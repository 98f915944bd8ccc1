"""Everything that writes messages: policy, templates, outbox, delivery, answers, opt-out."""

from dangol.messaging.operations.bookkeeping import book_contacts, recount_attention_of
from dangol.messaging.operations.bounces import Bounce, take_bounce, take_mail, take_reply
from dangol.messaging.operations.delivery import run_outbox
from dangol.messaging.operations.mute import mute_reason
from dangol.messaging.operations.opt_out import choose, opt_out, say_too_much, undo_opt_out
from dangol.messaging.operations.outbox import QueueResult, queue_messages
from dangol.messaging.operations.policy import decide, replay
from dangol.messaging.operations.reactions import record_click, record_open, record_reaction, record_reply
from dangol.messaging.operations.sender import UnableToSendTest, save_contact_rules, save_sender, send_test
from dangol.messaging.operations.settling import UnableToSettle, mark_sent, send_again, stop_message
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
    "book_contacts",
    "choose",
    "create_template",
    "decide",
    "edit_template",
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
    "send_test",
    "stop_message",
    "take_bounce",
    "take_mail",
    "take_reply",
    "undo_opt_out",
]
