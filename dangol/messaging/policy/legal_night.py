"""Legal night: no advertising from 21:00 to 08:00 in Seoul without consent to it (50조 3항)."""

from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dangol.messaging.contracts import EMAIL, ContactFacts, PolicyRule, Verdict, Wording

SEOUL = ZoneInfo("Asia/Seoul")
NIGHT_FROM = time(21)
NIGHT_UNTIL = time(8)


class LegalNight(PolicyRule):
    """E-mail is exempt by decree 61조 2항 but held all the same, unless the workspace chose otherwise."""

    holds = frozenset({"legal_night"})
    wording = {
        "legal_night": Wording(
            "밤 시간",
            "Legal night",
            "광고 발송이 제한되는 밤 시간(21시~8시)이라 아침까지 기다립니다.",
            "Advertising rests between 21:00 and 08:00 in Seoul; it waits for the morning.",
            "밤 9시부터 아침 8시까지는 광고를 보내지 않습니다.",
            "We send no advertising between 9 in the evening and 8 in the morning.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        if not facts.is_marketing or _may_disturb(facts):
            return None
        until = end_of_rest(facts.now, SEOUL, NIGHT_FROM, NIGHT_UNTIL)
        return self.against("legal_night", until=until) if until else None


def end_of_rest(now: datetime, zone: tzinfo, begin: time, end: time) -> datetime | None:
    """Return when the rest that now lies in is over, or None outside of it. `begin` belongs to it, `end` does not."""
    local = now.astimezone(zone)
    clock = local.time()
    resting = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not resting:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone).astimezone(now.tzinfo)


def _may_disturb(facts: ContactFacts) -> bool:
    if facts.channel == EMAIL:
        return facts.rules.email_at_legal_night
    return facts.consent is not None and facts.consent.night
