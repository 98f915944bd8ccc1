"""Writing letters quickly says the same as writing them slowly, and every mail can be read by any program."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.customers.models import Person
from dangol.messaging.models import Sender
from dangol.messaging.writing import CompiledTemplate, Envelope, Reader, Rendered, TemplateProblem, build_mail
from dangol.messaging.writing.liquid import fill, parse
from dangol.messaging.writing.once import BETWEEN_TAGS
from dangol.messaging.writing.weaving import marked, woven

URLS = {name: f"https://shop.example.com/m/{name}" for name in ("unsubscribe_url", "preferences_url", "why_url")}
SENDER = Sender(name="단골 & 상회", email="shop@example.com", phone="02-123-4567", postal_address="서울 <종로구> 1")
HANEUL = Reader(name="김하늘", email="haneul@example.com", city="서울", fields={"grade": "vip", "likes": ["차", "<b>"]})
NOBODY = Reader(name="", fields={})
SLY = Reader(name="<a href='https://evil.example.net'>", city="{{ shop.name }}", fields={"grade": "&amp;"})


def mjml(inside: str, *, around: str = "{}") -> str:
    column = f"<mj-section><mj-column>{inside}</mj-column></mj-section>"
    return f"<mjml><mj-body>{around.format(column)}</mj-body></mjml>"


def compiled(body: str, *, preheader: str = "", purpose: str = "marketing") -> CompiledTemplate:
    return CompiledTemplate(subject="{{ person.name }}님께", preheader=preheader, body=body, purpose=purpose)


QUICK = {
    "a gap in a text": mjml("<mj-text>안녕 {{ person.name }}님, <b>{{ person.city | upcase }}</b></mj-text>"),
    "an address": mjml('<mj-button href="https://shop.example.com/{{ person.city }}?a=1&amp;b=2">가기</mj-button>'),
    "a picture": mjml('<mj-image src="https://shop.example.com/{{ person.city }}.png" alt="{{ shop.name }}" />'),
    "a loop in a text": mjml(
        "<mj-text>{% for one in person.fields.likes %}<a href='https://shop.example.com/{{ one }}'>{{ one }}</a>"
        "{% endfor %}</mj-text>"
    ),
    "a choice in a text": mjml(
        "<mj-text>{% if person.fields.grade == 'vip' %}<b>{{ person.name }}</b>{% else %}<i>.</i>{% endif %}</mj-text>"
    ),
    "an own word": mjml("<mj-text>{% assign city = person.city %}{{ city }} {{ person.name }}</mj-text>"),
}
SLOW = {
    "a loop around sections": "<mjml><mj-body>{% for n in (1..2) %}<mj-section><mj-column><mj-text>{{ n }}</mj-text>"
    "</mj-column></mj-section>{% endfor %}</mj-body></mjml>",
    "a choice between columns": mjml("{% if person.city %}<mj-text>{{ person.city }}</mj-text>{% endif %}"),
    "a measure": mjml('<mj-text padding="{{ person.fields.space | default: 5 }}px">여백</mj-text>'),
    "a colour": mjml('<mj-text color="{% if person.city %}red{% else %}blue{% endif %}">색</mj-text>'),
    "one tag opened in two ways": mjml(
        "<mj-text>{% if person.city %}<b>{% else %}<b class='x'>{% endif %}{{ person.name }}</b></mj-text>"
    ),
}


def slow_way(template: CompiledTemplate, reader: Reader) -> Rendered:
    slow = CompiledTemplate.__new__(CompiledTemplate)
    slow.__dict__.update(template.__dict__, _html=None)
    return slow.render(reader=reader, sender=SENDER, urls=URLS)


@pytest.mark.parametrize("body", QUICK.values(), ids=QUICK)
@pytest.mark.parametrize("reader", [HANEUL, NOBODY, SLY], ids=["haneul", "nobody", "sly"])
def test_the_quick_way_writes_what_the_slow_way_writes(body: str, reader: Reader) -> None:
    template = compiled(body, preheader="{{ person.name }}님만")
    assert template.is_quick
    assert gapless(template.render(reader=reader, sender=SENDER, urls=URLS)) == gapless(slow_way(template, reader))


@pytest.mark.parametrize("body", SLOW.values(), ids=SLOW)
def test_liquid_that_mjml_decides_by_is_filled_first(body: str) -> None:
    template = compiled(body)
    assert not template.is_quick


def test_a_loop_around_sections_makes_sections() -> None:
    html = compiled(SLOW["a loop around sections"]).render(reader=HANEUL, sender=SENDER, urls=URLS).html
    assert (html.count(">1</div>"), html.count(">2</div>")) == (1, 1)


def test_a_word_that_stands_for_liquid_may_stand_in_a_text() -> None:
    template = compiled(mjml("<mj-text>Lq0000qL {{ person.name }}</mj-text>"))
    assert "Lq0000qL 김하늘" in template.render(reader=HANEUL, sender=SENDER, urls=URLS).html


def gapless(rendered: Rendered) -> tuple[str, str, str]:
    return rendered.subject, rendered.text, BETWEEN_TAGS.sub("><", rendered.html)


class Counting:
    """Leads shop links to a numbered place and keeps the order."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def lead(self, url: str) -> str:
        if not url.startswith("https://shop.example.com/"):
            return url
        self.seen.append(url)
        return f"https://led.example.com/?n={len(self.seen)}&x"

    def watchers(self) -> str:
        return "<img src='w'>"


def test_links_are_led_in_order_wherever_liquid_writes_them() -> None:
    body = mjml(
        '<mj-button href="https://shop.example.com/a?x=1&amp;y={{ person.city }}">A</mj-button>'
        "<mj-text>{% for n in (1..2) %}<a class='c' href='https://shop.example.com/{{ n }}'>{{ n }}</a>{% endfor %}"
        '<a href="mailto:shop@example.com">쓰기</a></mj-text>'
    )
    template = compiled(body, purpose="service")
    weaver = Counting()
    html = template.render(reader=HANEUL, sender=SENDER, urls=URLS, weaver=weaver).html
    assert template.is_quick
    assert weaver.seen == [
        "https://shop.example.com/a?x=1&y=서울",
        "https://shop.example.com/1",
        "https://shop.example.com/2",
    ]
    assert [html.count(f"https://led.example.com/?n={n}&amp;x") for n in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert 'href="mailto:shop@example.com"' in html
    assert html.count("<img src='w'></body>") == 1
    assert not set("\x02\x03\x04") & set(html)


def test_a_reader_cannot_lead_links_by_the_marks() -> None:
    weaver = Counting()
    template = compiled(mjml("<mj-text>{{ person.name }}</mj-text>"), purpose="service")
    reader = Reader(name="\x02https://shop.example.com/evil\x03\x04", fields={})
    html = template.render(reader=reader, sender=SENDER, urls=URLS, weaver=weaver).html
    assert "<a href" not in html
    assert html.count("<img src='w'></body>") == 1


def test_marks_of_plain_html_go_to_its_links_and_its_end() -> None:
    weaver = Counting()
    assert woven(marked('<p><a href="https://shop.example.com/">x</a></p>'), weaver) == (
        "<p><a href=\"https://led.example.com/?n=1&amp;x\">x</a></p><img src='w'>"
    )


TEXTS = [
    "{{ person.name }} {{ person.fields.grade }} {{ person.fields.missing }} {{ person.fields.likes }} {{ nothing }}",
    "{% for n in (1..3) %}{{ n }},{% endfor %}{% for one in person.fields.likes %}{{ one }};{% endfor %}",
    "{% if person.city == '서울' %}가까움{% elsif person.city %}멂{% endif %}",
    "{% assign person = 'x' %}{{ person }}{{ person.name }}",
    "{% for n in (1..4) limit: 2 %}{{ n }}{% endfor %}{% for n in (1..4) offset: continue %}{{ n }}{% endfor %}",
    "{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% increment n %}{% increment n %}{{ n }}",
    "{{ person.name | append: '!' | upcase }}{{ person.name.size }}{{ person.fields.likes.first }}",
    "{% capture x %}{{ person.name }}{% endcapture %}{{ x }}{% unless x == '' %}!{% endunless %}",
    "a{%- if true -%} b {%- endif -%} c",
]


@given(
    text=st.sampled_from(TEXTS),
    name=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    city=st.sampled_from(["서울", "부산", ""]),
    likes=st.lists(st.text(max_size=3), max_size=3),
)
def test_gaps_are_filled_as_the_library_fills_them(text: str, name: str, city: str, likes: list[str]) -> None:
    values = {"person": {"name": name, "city": city, "fields": {"grade": 7, "likes": likes}}}
    html, plain = parse(text, part="body", html=True), parse(text, part="body")
    for filling in (html, plain, html, plain):
        assert fill(filling, values, part="body") == filling.template.render(**values)


def test_a_text_that_grows_too_much_is_refused() -> None:
    filling = parse("{{ person.name }}" * 40, part="body")
    with pytest.raises(TemplateProblem):
        fill(filling, {"person": {"name": "가" * 20_000}}, part="body")


@given(
    subject=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=120),
    name=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=10),
    text=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300),
)
def test_any_program_reads_the_mail_that_was_written(subject: str, name: str, text: str) -> None:
    envelope = Envelope(
        sender_name='단골상회 (종로), "본점"',
        sender_email="shop@example.com",
        to_name=name,
        to_email="haneul@example.com",
        message_id="<abc@example.com>",
        date=datetime(2026, 11, 22, 12, tzinfo=UTC),
        headers={"List-Unsubscribe": "<https://shop.example.com/m/u/x>"},
    )
    raw = build_mail(envelope, Rendered(subject=subject, html=f"<p>{text}</p>", text=text))
    mail = message_from_bytes(raw, policy=SMTP)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert " ".join(str(mail["Subject"]).split()) == " ".join(subject.split())
    assert mail["From"].addresses[0].display_name == '단골상회 (종로), "본점"'
    assert mail["To"].addresses[0].addr_spec == "haneul@example.com"
    assert " ".join(mail["To"].addresses[0].display_name.split()) == " ".join(name.split())
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    plain = mail.get_body(preferencelist=("plain",))
    assert plain is not None
    assert plain.get_content() == text


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Person(name="남궁민수", language="ko"), "남궁/민수//남궁민수 님"),
        (Person(name="김하늘 부장님"), "김/하늘/부장님/김하늘 부장님"),
        (Person(name="Dana Park", language="en"), "Park/Dana//Dana"),
        (Person(name="Dr. Dana Park", language="en"), "Park/Dana/Dr./Dr. Park"),
        (Person(name="박 다나", family_name="Park", given_name="Dana", honorific="Ms."), "Park/Dana/Ms./Ms. Park"),
        (Person(), "///"),
    ],
)
def test_a_letter_addresses_everybody_as_their_language_does(person: Person, said: str) -> None:
    names = "/".join(f"{{{{ person.{name} }}}}" for name in ("family_name", "given_name", "honorific", "called"))
    body = mjml(f"<mj-text>[{names}]</mj-text>")
    assert f"[{said}]" in slow_way(compiled(body), Reader.of(person)).html
