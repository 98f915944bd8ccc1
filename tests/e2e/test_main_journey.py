"""
The main job in a real browser, with a real mail server.

Sign in, import a CSV, build a segment, write, send; the mail arrives, its reader clicks, the story shows it, the reader
opts out, and the next campaign leaves that person alone and says why.
"""

import email
import re
import time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from dangol.integrations.mail_catcher.catcher import catching
from tests.conftest import free_port
from tests.e2e.conftest import Site, sign_in

pytestmark = pytest.mark.browser

READERS = (("김하늘", "haneul@example.com"), ("박바다", "bada@example.com"))
PEOPLE = "고객번호,이름,이메일,도시,언어,시간대,마케팅 동의\n" + "".join(
    f"R{number},{name},{address},서울,ko,Asia/Seoul,Y\n" for number, (name, address) in enumerate(READERS, 1)
)
BODY = """<mjml><mj-body><mj-section><mj-column><mj-text>{{ person.name }}님, 안녕하세요.</mj-text>
<mj-button href="https://shop.example.com/new">새 음반 보기</mj-button></mj-column></mj-section></mj-body></mjml>"""
PATIENCE = 45.0
HUMAN_DELAY = 11.0


def test_from_a_file_of_people_to_a_message_that_is_heard(page: Page, site: Site, tmp_path: Path) -> None:
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    mails = tmp_path / "mails"
    port = free_port()
    with catching(mails, port=port):
        site.start_worker()
        sign_in(page, site.cast.admin)
        import_people(page)
        describe_seoul(page)
        enter_sender(page, port=port)
        write_template(page)
        send_campaign(page, "가을 인사")
        mail = mail_to("haneul@example.com", mails)
        assert str(mail["Subject"]).startswith("(광고)")
        time.sleep(HUMAN_DELAY)
        click_and_come_back(page, site, mail)
        story_tells(page, "김하늘", re.compile("클릭|눌러|눌렀|링크"))
        opt_out(page, mail)
        next_campaign_leaves_alone(page, "겨울 인사", "김하늘")


def import_people(page: Page) -> None:
    page.goto("/people/import/")
    page.set_input_files(
        "input[type=file]", {"name": "명단.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode("cp949")}
    )
    page.click("main form button")
    page.wait_for_url(re.compile("/people/import/[0-9a-f-]+/"))
    page.fill("input[name=at]", "2026-10-01")
    page.fill("input[name=source]", "회원 가입서")
    submit(page, "form[action$='/check/'] .form-actions button")
    submit(page, "form[action$='/run/'] button")
    expect(page.locator("main [role=status]")).to_contain_text("가져왔습니다")
    page.goto("/people/")
    expect(page.locator("main table")).to_contain_text("김하늘")


def describe_seoul(page: Page) -> None:
    page.goto("/segments/new/")
    page.fill("#segment-name", "서울 사람들")
    choose(page, "kind", "attribute")
    choose(page, "attribute", "city")
    choose(page, "operator", "is")
    page.locator(".segment-row input[name$=':value']").fill("서울")
    expect(page.locator("#estimate")).to_contain_text("2")
    page.click("button[name=save]")
    page.wait_for_url(re.compile("/segments/[0-9a-f-]+/"))
    expect(page.locator("main")).to_contain_text("서울")


def choose(page: Page, part: str, value: str) -> None:
    """Choose in the builder's row; when that reshapes the row, wait until it is there."""
    select = page.locator(f".segment-row select[name$=':{part}']")
    if select.input_value() == value:
        return
    with page.expect_response("**/segments/new/"):
        select.select_option(value)
    page.wait_for_timeout(300)


def submit(page: Page, button: str) -> None:
    """Press a button and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(button).first.click()


def enter_sender(page: Page, *, port: int) -> None:
    page.goto("/settings/sender/")
    values = {
        "name": "단골레코드",
        "email": "shop@example.com",
        "phone": "02-000-0000",
        "postal_address": "서울특별시 마포구 와우산로 1",
        "host": "127.0.0.1",
        "port": str(port),
    }
    for name, value in values.items():
        page.fill(f"input[name={name}]", value)
    submit(page, "main form button.button-primary")
    page.goto("/settings/contact-rules/")
    page.fill("input[name=quiet_from]", "00:00")
    page.fill("input[name=quiet_until]", "00:00")
    page.check("input[name=email_at_legal_night]")
    submit(page, "main form button.button-primary")


def write_template(page: Page) -> None:
    page.goto("/templates/new/")
    page.fill("input[name=name]", "인사")
    page.select_option("select[name=purpose]", "marketing")
    page.fill("input[name=subject]", "{{ person.name }}님께 안부 전합니다")
    page.fill("textarea[name=body]", BODY)
    page.click("#template-form button.button-primary")
    page.wait_for_url(re.compile("/templates/([0-9a-f-]+/)?$"))


def compose(page: Page, name: str) -> None:
    page.goto("/campaigns/new/")
    page.fill("input[name=name]", name)
    page.select_option("select[name=segment]", label="서울 사람들")
    page.select_option("select[name=template]", label="인사")
    page.fill("input[name=holdout_percent]", "0")
    page.fill("input[name=no_holdout_reason]", "두 사람뿐이라 비교할 수 없음")
    page.click("main form button.button-primary")
    page.wait_for_url(re.compile("/campaigns/[0-9a-f-]+/$"))


def send_campaign(page: Page, name: str) -> None:
    compose(page, name)
    expect(page.locator("main")).to_contain_text("지금 받음")
    submit(page, "form[action$='/launch/'] button")
    expect(page.locator("main h1 .badge")).to_contain_text("완료")


def mail_to(address: str, mails: Path) -> EmailMessage:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for path in mails.rglob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=default)
            if address in str(mail["To"]):
                return mail
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address} arrived")


def click_and_come_back(page: Page, site: Site, mail: EmailMessage) -> None:
    part = mail.get_body(("html",))
    assert part is not None
    link = re.findall(r'href="([^"]+/m/c/[^"]+)"', part.get_content())[0].replace("&amp;", "&")
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    answer = page.request.get(link, max_redirects=0, headers=agent)
    assert answer.status in {302, 303}
    assert answer.headers["location"] == "https://shop.example.com/new"
    assert urlsplit(link).netloc == urlsplit(site.address).netloc


def story_tells(page: Page, name: str, words: re.Pattern[str]) -> None:
    page.goto(f"/people/?q={name}")
    page.click(f"main table a:has-text('{name}')")
    page.wait_for_url(re.compile("/people/[0-9a-f-]+/(\\?.*)?$"))
    expect(page.locator("main")).to_contain_text(words)


def opt_out(page: Page, mail: EmailMessage) -> None:
    address = re.findall(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"]))[0]
    page.goto(address)
    submit(page, "main form button")
    story_tells(page, "김하늘", re.compile("수신\\s?거부|철회|받지 않"))


def next_campaign_leaves_alone(page: Page, name: str, person: str) -> None:
    compose(page, name)
    stopped = page.locator("main tr", has_text=person)
    expect(stopped).to_contain_text(re.compile("동의|수신\\s?거부|철회"))
    expect(page.locator("main")).to_contain_text("지금 받음")
