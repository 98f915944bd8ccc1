"""The first wording of the mails that Dangol itself writes, in both languages. An administrator may change each."""

from dataclasses import dataclass

from dangol.messaging.enums import SystemLetter

BODY = """<mjml><mj-body background-color="#faf7f2"><mj-section><mj-column>
{parts}
</mj-column></mj-section></mj-body></mjml>
"""
TEXT = '<mj-text font-size="16px" line-height="1.7">{}</mj-text>'
LINES = TEXT.format("{% for line in notice.lines %}{{ line }}<br />{% endfor %}")
WORDING = (
    '<mj-text font-size="13px" line-height="1.6" color="#6b6459">'
    "{% for line in notice.wording %}{{ line }}<br />{% endfor %}</mj-text>"
)
BUTTON = '<mj-button href="{{{{ confirm_url }}}}" background-color="#b4532a">{}</mj-button>'
CHOICES_KO = TEXT.format('<a href="{{ preferences_url }}">수신 설정 바꾸기</a> (비용 없음, 로그인 필요 없음)')
CHOICES_EN = TEXT.format('<a href="{{ preferences_url }}">Change what you hear from us</a>, free, without signing in')


@dataclass(frozen=True)
class Letter:
    """One wording."""

    name: str
    subject: str
    body: str


def _letter(name: str, subject: str, *parts: str) -> Letter:
    texts = [part if part.startswith("<mj") else TEXT.format(part) for part in parts]
    return Letter(name, subject, BODY.format(parts="\n".join(texts)))


LETTERS: dict[tuple[str, str], Letter] = {
    (SystemLetter.CONFIRM, "ko"): _letter(
        "수신 동의 확인 (한국어)", "{{ shop.name }}: 수신 동의를 확인해 주십시오",
        "{{ shop.name }}의 광고를 받아 보시겠다고 하셨습니다. 아래 버튼을 누르시면 동의가 기록됩니다.", LINES, WORDING,
        BUTTON.format("동의하기"),
        "요청하신 적이 없다면 그대로 두십시오. 7일 뒤에 저절로 사라지며 아무것도 기록되지 않습니다.",
    ),
    (SystemLetter.CONFIRM, "en"): _letter(
        "Please confirm your consent (English)", "{{ shop.name }}: please confirm that we may write",
        "You asked to hear from {{ shop.name }}. It counts once you press the button below.", LINES, WORDING,
        BUTTON.format("Yes, I agree"),
        "If it was not you, do nothing: the question ends after 7 days and nothing is kept of it.",
    ),
    (SystemLetter.RESULT, "ko"): _letter(
        "수신 동의 처리 결과 (한국어)", "{{ shop.name }}: 수신 동의 처리 결과를 알려 드립니다",
        "{{ shop.name }}에서 고객님의 뜻을 다음과 같이 처리했습니다.", LINES, CHOICES_KO,
    ),
    (SystemLetter.RESULT, "en"): _letter(
        "Result of your consent (English)", "{{ shop.name }}: what you chose is done",
        "{{ shop.name }} has done as you said:", LINES, CHOICES_EN,
    ),
    (SystemLetter.RECONFIRM, "ko"): _letter(
        "수신 동의 2년 확인 (한국어)", "{{ shop.name }}: 광고 수신에 동의하고 계십니다",
        "{{ shop.name }}의 광고를 받는 데 동의하신 지 2년이 되어 알려 드립니다.", LINES,
        "계속 받으시려면 아래 버튼을 눌러 주십시오. 그만 받으시려면 수신 설정에서 끄시면 됩니다.",
        BUTTON.format("계속 받기"), CHOICES_KO,
    ),
    (SystemLetter.RECONFIRM, "en"): _letter(
        "Your consent after two years (English)", "{{ shop.name }}: you agreed to hear from us",
        "It is two years since you agreed to hear from {{ shop.name }}.", LINES,
        "Press the button to keep it. To end it, switch it off on your page.",
        BUTTON.format("Keep it"), CHOICES_EN,
    ),
    (SystemLetter.EXPIRY, "ko"): _letter(
        "수신 동의 만료 안내 (한국어)", "{{ shop.name }}: 수신 동의가 곧 끝납니다",
        "{{ shop.name }}에 하신 수신 동의가 곧 끝납니다. 아무것도 하지 않으시면 더 보내지 않습니다.", LINES, CHOICES_KO,
    ),
    (SystemLetter.EXPIRY, "en"): _letter(
        "Your consent ends soon (English)", "{{ shop.name }}: your consent ends soon",
        "What you agreed to with {{ shop.name }} ends soon. If you do nothing, we stop.", LINES, CHOICES_EN,
    ),
    (SystemLetter.RIGHTS, "ko"): _letter(
        "개인정보 요청 확인 (한국어)", "{{ shop.name }}: 개인정보 요청을 확인해 주십시오",
        "고객님의 개인정보에 관한 요청이 들어왔습니다.", LINES,
        "직접 요청하셨다면 아래 버튼을 눌러 주십시오. 10일 안에 처리해 드립니다.", BUTTON.format("요청하기"),
        "요청하신 적이 없다면 그대로 두십시오. 아무 일도 일어나지 않습니다.",
    ),
    (SystemLetter.RIGHTS, "en"): _letter(
        "Confirm a request about your data (English)", "{{ shop.name }}: please confirm your request",
        "Somebody asked us, over a link in a mail to you, for this:", LINES,
        "If it was you, press the button. It is done within 10 days.", BUTTON.format("Yes, I ask for it"),
        "If it was not you, do nothing: nothing happens.",
    ),
}  # fmt: skip

REASONS: dict[str, str] = {
    SystemLetter.CONFIRM: "The person asked to hear from the house; the law wants the address proven",
    SystemLetter.RESULT: "Information and Communications Network Act, 50 (7): result within 14 days",
    SystemLetter.RECONFIRM: "Information and Communications Network Act, 50 (8): every two years",
    SystemLetter.EXPIRY: "The person's consent ends",
    SystemLetter.RIGHTS: "Personal Information Protection Act, 35 to 37: a request of the person",
}
