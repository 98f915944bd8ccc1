"""The proof of a consent: on a page and as a PDF file, in both languages."""

from collections.abc import Callable

import pytest

from dangol.customers.models import Person
from dangol.customers.operations import give_consent, withdraw_consent, write_wording
from dangol.messaging.printing import FONTS, pdf_of
from dangol.messaging.queries.consent_proof import consent_proof, proof_data
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[Member], MemberClient]


@pytest.fixture
def person(inside: Cast) -> Person:
    write_wording(
        member=inside.admin, label="2026-11", purpose="marketing", korean="새 소식을 #set 보냅니다.",
        english="We send you $news$.", now=NOW,
    )  # fmt: skip
    person = make_person(inside.jieun, owner=inside.jieun, name="김하늘")
    give_consent(
        person=person, channel="email", purpose="marketing", at=NOW, source="paper form", wording_version="2026-11",
        evidence={"file": "form-17.pdf", "network": "203.0.113.0/24"}, by=inside.jieun,
    )  # fmt: skip
    withdraw_consent(person=person, channel="email", purpose="marketing", at=NOW, source="Phone call")
    return person


def test_the_page_tells_everything(person: Person, inside: Cast, client_of: SignIn) -> None:
    page = client_of(inside.minsu).get(f"/people/{person.pk}/consents/proof/").content.decode()
    for told in ("새 소식을 #set 보냅니다.", "form-17.pdf", "203.0.113.0/24", "paper form", "지은", "2026-11"):
        assert told in page, told


@pytest.mark.parametrize(("language", "title"), [("ko", "새 소식을 #set 보냅니다."), ("en", "We send you $news$.")])
def test_the_file_is_a_pdf_and_reads_no_markup(person: Person, language: str, title: str) -> None:
    data = proof_data(consent_proof(person=person, language=language, now=NOW), language)
    assert title in str(data)
    content = pdf_of("proof.typ", data)
    assert content.startswith(b"%PDF-")
    if FONTS.is_dir():
        assert b"Pretendard" in content


def test_who_does_not_see_the_person_gets_no_proof(person: Person, inside: Cast, client_of: SignIn) -> None:
    for member, status in ((inside.jieun, 200), (inside.minsu, 200), (inside.dana, 404), (inside.lee, 404)):
        client = client_of(member)
        assert client.get(f"/people/{person.pk}/consents/proof/").status_code == status
        answer = client.get(f"/people/{person.pk}/consents/proof-ko.pdf")
        assert answer.status_code == status
    assert MemberClient().get(f"/people/{person.pk}/consents/proof/").status_code == 302
