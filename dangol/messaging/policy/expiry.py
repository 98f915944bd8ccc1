"""Expiry: news that waited too long is no longer news."""

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording


class OutOfDate(PolicyRule):
    """Asked at hand-off only: a message that is past its time is not sent."""

    wording = {
        "expired": Wording(
            "기한 지남",
            "Out of date",
            "보낼 수 있는 때를 기다리다가 유효 기간이 지났습니다.",
            "It waited for a good moment until it was out of date.",
            "알맞은 때를 기다리다가 시기가 지나 보내지 않았습니다.",
            "We waited for a good moment until it was too late, and did not write.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        if facts.expires_at is None or facts.now < facts.expires_at:
            return None
        return self.against("expired")
