"""Open hurt: nobody whom we owe an answer gets advertising."""

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording
from dangol.messaging.policy.quiet_hours import NEXT_LOOK


class OpenHurt(PolicyRule):
    """Advertising waits while a complaint is open or a promise is late."""

    holds = frozenset({"open_hurt", "late_promise"})
    wording = {
        "open_hurt": Wording(
            "해결되지 않은 불만",
            "Open complaint",
            "해결되지 않은 불만이 있습니다. 먼저 해결하십시오.",
            "A complaint is still open. Make it good first.",
            "말씀하신 불편을 먼저 해결하려고 광고를 멈췄습니다.",
            "We stopped advertising until we have made good what troubled you.",
        ),
        "late_promise": Wording(
            "지키지 못한 약속",
            "Late promise",
            "지키지 못한 약속이 있습니다. 먼저 지키십시오.",
            "A promise to this person is late. Keep it first.",
            "드린 약속을 먼저 지키려고 광고를 멈췄습니다.",
            "We stopped advertising until we have kept our promise to you.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        if not facts.is_marketing or not facts.hurt:
            return None
        return self.against(facts.hurt, until=facts.now + NEXT_LOOK)
