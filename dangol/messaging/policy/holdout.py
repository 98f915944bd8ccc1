"""Holdout: some people are left alone, so that we can learn whether writing does any good."""

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording, in_holdout


class LeftAlone(PolicyRule):
    """Leaves whole clusters alone: people who share an e-mail, phone or postal address share the fate."""

    wording = {
        "holdout": Wording(
            "비교 대상",
            "Left alone",
            "효과를 비교하려고 이번에는 보내지 않는 고객입니다.",
            "The person is left alone this time, to compare.",
            "이번 소식은 일부 고객께 보내지 않고 비교하고 있습니다.",
            "We left some customers out this time, to learn whether our messages do any good.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        if not facts.holdout_salt or not in_holdout(facts.holdout_salt, facts.cluster, facts.holdout_percent):
            return None
        return self.against("holdout")
