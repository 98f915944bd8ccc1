"""Templates, sender, policy settings and decisions, the outbox, what came back, and who may not be written to."""

from dangol.messaging.models.consent_notice import ConsentNotice
from dangol.messaging.models.decision import PolicyDecision
from dangol.messaging.models.message import Message, Reaction
from dangol.messaging.models.mute import Mute
from dangol.messaging.models.sender import ContactRules, Sender
from dangol.messaging.models.suppression import Suppression
from dangol.messaging.models.template import Template, TemplateVersion

__all__ = [
    "ConsentNotice",
    "ContactRules",
    "Message",
    "Mute",
    "PolicyDecision",
    "Reaction",
    "Sender",
    "Suppression",
    "Template",
    "TemplateVersion",
]
