"""Suppression: no address, or one that may not be written to at all."""

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording


class Suppressed(PolicyRule):
    """Holds for every purpose: a dead address, a complaint or a legal stop ends all writing."""

    wording = {
        "address_missing": Wording(
            "주소 없음",
            "No address",
            "이 채널로 연락할 주소가 없습니다.",
            "We have no address for this channel.",
            "이 채널로 연락드릴 주소가 등록되어 있지 않습니다.",
            "We have no address of yours for this channel.",
        ),
        "hard_bounce": Wording(
            "반송된 주소",
            "Address bounced",
            "이 주소로 보낸 메시지가 반송되었습니다. 주소를 확인하십시오.",
            "Messages to this address came back. Check the address.",
            "고객님의 주소로 보낸 메시지가 반송되어 더 보내지 않습니다.",
            "Messages to your address came back to us, so we stopped.",
        ),
        "complaint": Wording(
            "스팸 신고",
            "Reported as spam",
            "이 주소에서 스팸으로 신고했습니다. 다시 보내지 않습니다.",
            "This address reported us as spam. We do not write again.",
            "메시지를 원하지 않는다고 알려 주셔서 더 보내지 않습니다.",
            "You told us that our messages are unwanted, so we stopped.",
        ),
        "legal_stop": Wording(
            "법적 발송 금지",
            "Legal stop",
            "법적 이유로 발송이 금지된 주소입니다.",
            "This address must not be written to for legal reasons.",
            "법적 요청에 따라 더 보내지 않습니다.",
            "We stopped for legal reasons.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        if not facts.address:
            return self.against("address_missing")
        if facts.suppressed:
            return self.against(facts.suppressed)
        return None
