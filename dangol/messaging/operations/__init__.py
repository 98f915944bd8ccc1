"""Everything that writes messages: policy, templates, outbox, delivery, answers, opt-out."""

from dangol.messaging.operations.outbox import QueueResult, queue_messages
from dangol.messaging.operations.policy import decide, replay
from dangol.messaging.operations.templates import (
    UnableToSaveTemplate,
    create_template,
    edit_template,
    newest_version,
    render_draft,
    render_preview,
)

__all__ = [
    "QueueResult",
    "UnableToSaveTemplate",
    "create_template",
    "decide",
    "edit_template",
    "newest_version",
    "queue_messages",
    "render_draft",
    "render_preview",
    "replay",
]
