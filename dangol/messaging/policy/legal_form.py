"""Legal form: an advertisement names its sender and how to refuse it free of charge (50조 4항, 6항)."""

from dangol.messaging.contracts import ContactFacts, PolicyRule, Verdict, Wording


class LegalForm(PolicyRule):
    """
    Refuses when the house cannot sign its mail as the law asks.

    The (광고) label, the sender block and the opt-out text are written by `rendering`, out of the writer's reach.
    """

    wording = {
        "sender_incomplete": Wording(
            "발신자 정보 부족",
            "Sender incomplete",
            "발신자 정보(이름, 이메일, 전화번호, 주소)가 빠져 있습니다. 설정에서 채워 주십시오.",
            "The sender lacks a name, e-mail, phone or postal address. Complete it in the settings.",
            "발신자 정보가 갖춰지지 않아 보내지 않았습니다.",
            "Our sender details were incomplete, so we did not write.",
        ),
    }

    def judge(self, facts: ContactFacts) -> Verdict | None:
        needed = {"name", "email", "phone", "postal_address"} if facts.is_marketing else {"name", "email"}
        return self.against("sender_incomplete") if needed & set(facts.sender_lacks) else None
