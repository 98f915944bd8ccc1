"""Restriction of processing: the person had everything stopped (개인정보 보호법 37조; GDPR 18)."""

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording


class ProcessingStopped(PolicyRule):
    """Holds for every purpose and channel, before any other question is asked."""

    wording = {
        "restricted": Wording(
            "처리 정지",
            "Processing stopped",
            "고객의 요청으로 개인정보 처리가 정지되어 있습니다.",
            "The processing of this person's data is stopped.",
            "개인정보 처리를 정지하셔서 보내지 않습니다.",
            "You had the processing of your data stopped, so we do not write.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        return self.against("restricted") if facts.restricted else None
