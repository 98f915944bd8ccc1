"""The contact policy: one class per rule, asked in the order of the law, then of manners, then of learning."""

from dangol.messaging.policy.chain import CHAIN, Answer, ask, wording_of

__all__ = ["CHAIN", "Answer", "ask", "wording_of"]
