"""The contact policy: one class per rule, asked in the order of the law, then of manners, then of learning."""

from dangol.messaging.policy.chain import CHAIN, Answer, ask, wording_of
from dangol.messaging.policy.loading import Contact, load_facts

__all__ = ["CHAIN", "Answer", "Contact", "ask", "load_facts", "wording_of"]
