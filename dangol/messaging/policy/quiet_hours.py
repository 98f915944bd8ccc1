"""Quiet hours on the person's own clock."""

from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dangol.messaging.contracts import EMAIL, TRANSACTIONAL, ContactFacts, PolicyRule, Verdict, Wording
from dangol.messaging.policy.legal_night import end_of_rest

NEXT_LOOK = timedelta(hours=6)
"""When to look again at something that has no known end."""


class QuietHours(PolicyRule):
    """
    Advertising rests in the person's quiet hours, and waits as long as the person's time zone is unknown.

    Service rests too where a device would ring; by e-mail it does not. Transactions never wait.
    """

    holds = frozenset({"quiet_hours", "zone_unknown"})
    wording = {
        "quiet_hours": Wording(
            "조용한 시간",
            "Quiet hours",
            "고객이 있는 곳의 조용한 시간입니다. 끝나면 보냅니다.",
            "It is quiet hours where the person is. It leaves when they end.",
            "조용한 시간에는 연락드리지 않습니다.",
            "We do not write in your quiet hours.",
        ),
        "zone_unknown": Wording(
            "시간대 모름",
            "Unknown time zone",
            "고객의 시간대를 몰라서 기다립니다. 고객 정보에 시간대를 적으면 보냅니다.",
            "We do not know the person's time zone. Enter it on the person's page and it will leave.",
            "고객님의 시간대를 몰라 밤에 방해가 될까 기다렸습니다.",
            "We do not know your time zone and did not want to disturb you at night.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        if facts.purpose == TRANSACTIONAL or (not facts.is_marketing and facts.channel == EMAIL):
            return None
        zone = known_zone(facts.time_zone)
        if zone is None:
            waits = facts.is_marketing
            return self.against("zone_unknown", until=facts.now + NEXT_LOOK) if waits else None
        until = end_of_rest(facts.now, zone, facts.rules.quiet_from, facts.rules.quiet_until)
        return self.against("quiet_hours", until=until) if until else None


@lru_cache(maxsize=1024)
def known_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of that name, or None if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
