"""Frequency cap: so many marketing contacts in rolling days, over all channels."""

from datetime import timedelta

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording


class FrequencyCap(PolicyRule):
    """
    Counts what was accepted for sending, sent or still queued; service and transactions neither count nor wait.

    The window rolls to the second; a contact made exactly `cap_days` ago no longer counts.
    """

    holds = frozenset({"frequency_cap"})
    wording = {
        "frequency_cap": Wording(
            "횟수 한도",
            "Enough messages",
            "정해 둔 기간 동안 보낼 수 있는 횟수를 다 썼습니다. 자리가 나면 보냅니다.",
            "The person has had as many messages as your limit allows. It waits for its turn.",
            "너무 자주 연락드리지 않으려고 기다렸습니다.",
            "We waited, so as not to write too often.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        rules = facts.rules
        if not facts.is_marketing or len(facts.contacts) < rules.cap_count:
            return None
        window = timedelta(days=rules.cap_days)
        oldest_that_counts = sorted(facts.contacts, reverse=True)[rules.cap_count - 1] if rules.cap_count else facts.now
        free_at = oldest_that_counts + window
        return self.against("frequency_cap", until=free_at) if free_at > facts.now else None
