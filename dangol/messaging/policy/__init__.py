"""The contact policy: one class per rule, asked in the order of the law, then of manners, then of learning."""

from dangol.messaging.policy.chain import CHAIN, HOLDING, Answer, ask, wording_of

__all__ = ["CHAIN", "HOLDING", "Answer", "ask", "wording_of"]
