"""
The legal form of an advertisement (정보통신망법 50조 4항, decree annex 6): label, sender, opt-out in two languages.

Writers cannot move, change or leave it out.
"""

import re

LABEL = "(광고)"
LABEL_LIKE = re.compile(r"""^\s*[(\[<{"'“‘]*\s*(?:[가-힣]{0,4})광[\s./·-]*고[\s"'”’]*[)\]>}]["'”’)]*\s*""")
BODY_END = re.compile(r"</mj-body\s*>", re.IGNORECASE)
HEAD = re.compile(r"<mj-head\s*>", re.IGNORECASE)
ROOT = re.compile(r"<mjml[^>]*>", re.IGNORECASE)

SIGNATURE = """
<mj-section padding="24px 0 0"><mj-column>
<mj-divider border-width="1px" border-color="#d9d4cc" />
<mj-text font-size="12px" line-height="1.6" color="#6b6459">
{{ shop.name }}<br />{{ shop.address }}<br />{{ shop.phone }} · {{ shop.email }}
</mj-text>
</mj-column></mj-section>
"""

OPT_OUT = """
<mj-section padding="0 0 24px"><mj-column>
<mj-text font-size="12px" line-height="1.6" color="#6b6459">
이 메일은 광고 수신에 동의하신 분께 보내는 광고입니다. 더 받고 싶지 않으시면
<a href="{{ unsubscribe_url }}">무료 수신거부</a>를 눌러 주십시오. 비용이 들지 않고 로그인하지 않아도 됩니다.<br />
You agreed to receive this advertisement. To receive no more,
<a href="{{ unsubscribe_url }}">unsubscribe free of charge</a>, without signing in.<br />
<a href="{{ preferences_url }}">수신 설정 Preferences</a> · <a href="{{ why_url }}">왜 받았나요? Why did I get this?</a>
</mj-text>
</mj-column></mj-section>
"""


def labelled(subject: str) -> str:
    """Return the subject with the legal label as its very first characters, once, in the only spelling allowed."""
    return f"{LABEL} {LABEL_LIKE.sub('', subject)}".strip()


def with_signature(mjml: str, *, marketing: bool) -> str:
    """Return the MJML with the sender's block at its end; an advertisement gets the opt-out too."""
    ends = list(BODY_END.finditer(mjml))
    place = ends[-1].start() if ends else len(mjml)
    return mjml[:place] + SIGNATURE + (OPT_OUT if marketing else "") + mjml[place:]


def with_preview(mjml: str, preheader: str) -> str:
    """Return the MJML with the line that mail programs show beside the subject."""
    if not preheader:
        return mjml
    line = f"<mj-preview>{preheader}</mj-preview>"
    if found := HEAD.search(mjml):
        return mjml[: found.end()] + line + mjml[found.end() :]
    found = ROOT.search(mjml)
    place = found.end() if found else 0
    return f"{mjml[:place]}<mj-head>{line}</mj-head>{mjml[place:]}"
