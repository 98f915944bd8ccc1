"""Consent for the purpose and the channel (정보통신망법 50조 1항, 8항; decree 61조 1항, 62조의3; PIPA 22조의2)."""

from datetime import date
from zoneinfo import ZoneInfo

from dangol.messaging.contracts import TRANSACTIONAL, ContactFacts, PolicyRule, Verdict, Wording

SEOUL = ZoneInfo("Asia/Seoul")
EXISTING_CUSTOMER_MONTHS = 6
RECONFIRM_MONTHS = 24


class ConsentForPurpose(PolicyRule):
    """
    Advertising needs consent. Service rests on the contract with the customer, until the person switches it off.

    What belongs to a purchase is always sent.
    """

    wording = {
        "consent_missing": Wording(
            "광고 동의 없음",
            "No consent",
            "이 채널의 광고 수신에 동의한 기록이 없습니다.",
            "There is no consent to advertising on this channel.",
            "광고 수신에 동의하지 않으셔서 보내지 않습니다.",
            "You did not agree to advertising, so we do not send it.",
        ),
        "consent_withdrawn": Wording(
            "동의 철회",
            "Consent withdrawn",
            "고객이 수신 동의를 철회했습니다.",
            "The person withdrew the consent.",
            "수신 동의를 철회하셔서 보내지 않습니다.",
            "You took back your consent, so we do not write.",
        ),
        "consent_expired": Wording(
            "동의 만료",
            "Consent expired",
            "광고 수신 동의의 유효 기간이 지났습니다.",
            "The consent to advertising has run out.",
            "광고 수신 동의 기간이 지나 보내지 않습니다.",
            "Your consent to advertising has run out, so we do not send it.",
        ),
        "consent_unconfirmed": Wording(
            "동의 재확인 필요",
            "Consent to be confirmed",
            "광고 수신 동의를 받은 지 2년이 지났습니다. 동의를 다시 확인하십시오.",
            "The consent is two years old. Ask the person to confirm it.",
            "광고 수신 동의를 확인한 지 2년이 지나 보내지 않습니다.",
            "You confirmed your consent more than two years ago, so we do not send advertising.",
        ),
        "guardian_missing": Wording(
            "법정대리인 동의 없음",
            "No guardian's consent",
            "14세 미만일 때 한 동의이며 법정대리인이 동의한 기록이 없습니다.",
            "The consent was given before the age of 14, and no guardian agreed.",
            "14세 미만이어서 법정대리인의 동의 없이는 보내지 않습니다.",
            "We do not send advertising to children under 14 unless a guardian agreed.",
        ),
        "muted": Wording(
            "이 주제 받지 않음",
            "Muted this topic",
            "고객이 이 이유로는 더 받지 않겠다고 했습니다.",
            "The person wants nothing more for this reason.",
            "이 이유로는 더 받지 않겠다고 하셔서 보내지 않습니다.",
            "You asked for no more messages for this reason.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        if not facts.is_marketing:
            withdrawn = facts.purpose != TRANSACTIONAL and facts.consent and facts.consent.state != "given"
            return self.against("consent_withdrawn") if withdrawn else None
        code = _objection(facts) or ("muted" if facts.muted else "")
        return self.against(code) if code else None


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError(day)


def _objection(facts: ContactFacts) -> str:
    consent, now = facts.consent, facts.now
    if consent is None:
        return "consent_missing"
    if consent.state != "given":
        return "consent_withdrawn"
    if facts.guardian_missing:
        return "guardian_missing"
    if consent.expires_at is not None and now >= consent.expires_at:
        return "consent_expired"
    today, given = now.astimezone(SEOUL).date(), consent.at.astimezone(SEOUL).date()
    if consent.basis == "existing_customer":
        return "consent_expired" if today > months_after(given, EXISTING_CUSTOMER_MONTHS) else ""
    return "consent_unconfirmed" if today >= months_after(given, RECONFIRM_MONTHS) else ""
