"""Attention: a person can bear only so much of us."""

import math
from datetime import datetime, timedelta

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording
from dangol.messaging.policy.quiet_hours import NEXT_LOOK


class AttentionRoom(PolicyRule):
    """
    Marketing needs the load to be at or below the cap less what is kept for service.

    Attention comes back by half-life, so the hold ends at the very second when enough of it is back.
    """

    holds = frozenset({"attention"})
    wording = {
        "attention": Wording(
            "관심 소진",
            "Attention used up",
            "이 고객의 관심을 이미 많이 썼습니다. 회복되면 보냅니다.",
            "We have used up much of this person's attention. It waits until it has come back.",
            "최근 연락이 많아 쉬어 가려고 기다렸습니다.",
            "We had contacted you a lot, so we paused.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        limit = facts.rules.attention_cap - facts.rules.service_reserve
        if not facts.is_marketing or facts.attention_load <= limit:
            return None
        return self.against("attention", until=_room_again_at(facts, limit))


def _room_again_at(facts: ContactFacts, limit: float) -> datetime:
    if limit <= 0:
        return facts.now + NEXT_LOOK
    hours = facts.rules.attention_half_life_hours * math.log2(facts.attention_load / limit)
    return facts.now + timedelta(seconds=math.ceil(hours * 3600))
