"""Gone: who lies in the trash, or was merged into another, is written to by nobody."""

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording


class Gone(PolicyRule):
    """Holds for every purpose, also for messages that were queued before."""

    wording = {
        "person_gone": Wording(
            "휴지통에 있음",
            "In the trash",
            "휴지통으로 옮겼거나 다른 고객과 합쳐진 고객입니다. 연락하려면 먼저 복원하십시오.",
            "This person is in the trash or was merged into another. Bring the person back to write to them.",
            "고객님의 정보를 정리하여 더 보내지 않습니다.",
            "We put your record away, so we stopped.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        return self.against("person_gone") if facts.gone else None
