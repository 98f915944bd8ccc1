"""The page of one person opens on the story so far, and only for those who may see them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.messaging.models import PolicyDecision
from dangol.relations import operations
from dangol.relations.models import Feeling, Hurt, HurtResolution, Promise, PromiseEnd
from dangol.tracking.models import Order
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import make_person
from tests.people import Cast

SignIn = Callable[[Member], MemberClient]
QUERIES = 33


def order(person: Person, days_ago: int, *, gift: bool = False) -> None:
    Order.objects.create(
        workspace_id=person.workspace_id,
        person=person,
        number=str(uuid7()),
        placed_at=timezone.now() - timedelta(days=days_ago),
        amount=Decimal(12000),
        currency="KRW",
        item_count=1,
        is_gift=gift,
        event_id=uuid7(),
    )


def regular(cast: Cast, *, orders: int = 3, owner: Member | None = None) -> Person:
    """Make a customer who came every ten days, with a story and a strength."""
    with tenancy.workspace(cast.workspace.pk):
        now = timezone.now()
        person = make_person(cast.jieun, owner=owner or cast.jieun, first_seen_at=now - timedelta(days=100))
        for number in range(orders):
            order(person, 5 + 10 * number, gift=number == 0)
        operations.tell_purchases(workspace_id=cast.workspace.pk, person_ids=[person.pk], now=now)
        operations.measure(workspace_id=cast.workspace.pk, person_ids=[person.pk], now=now)
    return person


def test_the_page_opens_on_five_lines_in_korean(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    page = client_of(cast.jieun).get(f"/people/{person.pk}/").content.decode()
    assert "지금까지 3번 구매, 모두 36,000원. 보통 10일에 한 번쯤 옵니다. 그중 1번은 선물이었습니다." in page
    assert "마지막 구매는 5일 전입니다. 단골인지 아직 알 수 없습니다." in page
    assert "어떤 마음인지 아직 들은 적이 없습니다." in page
    assert page.count('<li class="sentence">') == 5


def test_the_page_is_told_in_english_too(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    client = client_of(cast.minsu)
    cast.minsu.user.language = "en"
    cast.minsu.user.save()
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert "3 purchases so far, ₩36,000 in all, about every 10 days. One of them was a gift." in page
    assert "third purchase, ₩12,000. It was a gift." in page
    assert "Nothing was sent yet." in page


@pytest.mark.parametrize("stranger", ["dana", "lee"])
def test_who_may_not_see_the_person_finds_nothing(cast: Cast, client_of: SignIn, stranger: str) -> None:
    person = regular(cast)
    client = client_of(getattr(cast, stranger))
    assert client.get(f"/people/{person.pk}/").status_code == 404
    for act in ("promises", "hurts", "feelings"):
        assert client.post(f"/people/{person.pk}/{act}/", {"reason": "x"}).status_code == 404
    with tenancy.workspace(cast.workspace.pk):
        assert not Hurt.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_for_three(cast: Cast, client_of: SignIn, rows: int) -> None:
    person = regular(cast, orders=rows)
    with tenancy.workspace(cast.workspace.pk):
        for _row in range(rows):
            refuse(cast, person)
            operations.open_hurt(person=person, reason="늦은 배송", by=cast.jieun, now=timezone.now())
            tomorrow = timezone.now() + timedelta(days=1)
            operations.make_promise(
                person=person, sentence="내일 전화", due_at=tomorrow, by=cast.jieun, now=timezone.now()
            )
    client = client_of(cast.jieun)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/people/{person.pk}/")
    assert len(asked) == QUERIES, "\n".join(one["sql"][:160] for one in asked)


def refuse(cast: Cast, person: Person) -> None:
    PolicyDecision.objects.create(
        workspace=cast.workspace,
        person=person,
        channel="email",
        purpose="marketing",
        stage="enqueue",
        outcome="refuse",
        reasons=["no_consent"],
        origin_id=uuid7(),
        at=timezone.now(),
    )


def test_the_story_goes_on_where_the_page_ended(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast, orders=30)
    client = client_of(cast.jieun)
    first = client.get(f"/people/{person.pk}/").content.decode()
    assert first.count('class="timeline-item') == 25
    cursor = first.split("?after=")[1].split("#")[0]
    rest = client.get(f"/people/{person.pk}/?after={cursor}", headers={"hx-request": "true"}).content.decode()
    assert rest.count('class="timeline-item') == 6
    assert "<html" not in rest
    whole = client.get(f"/people/{person.pk}/?after={cursor}").content.decode()
    assert whole.count('class="timeline-item') == 6
    assert "<html" in whole


def test_the_picture_has_a_text_alternative(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    page = client_of(cast.jieun).get(f"/people/{person.pk}/").content.decode()
    assert page.count("<circle") == 3 + 2
    assert 'role="img" aria-labelledby="rhythm-title rhythm-text"' in page


def test_a_promise_is_made_and_kept_on_the_page(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    client = client_of(cast.minsu)
    due = timezone.localdate() + timedelta(days=3)
    answer = client.post(f"/people/{person.pk}/promises/", {"sentence": "금요일까지 전화드릴게요", "due_on": due})
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{person.pk}/")
    with tenancy.workspace(cast.workspace.pk):
        promise = Promise.objects.get()
        assert timezone.localtime(promise.due_at).date() == due
    kept = f"/people/{person.pk}/promises/{promise.pk}/end/"
    assert client.post(kept, {"outcome": "kept"}).status_code == 302
    assert client.post(kept, {"outcome": "kept"}).status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        assert PromiseEnd.objects.get().outcome == "kept"


def test_a_hurt_is_opened_and_made_good_on_the_page(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    client = client_of(cast.jieun)
    assert client.post(f"/people/{person.pk}/hurts/", {"reason": "포장이 찢어졌다"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        hurt = Hurt.objects.get()
    assert "포장이 찢어졌다" in client.get(f"/people/{person.pk}/").content.decode()
    assert client.post(f"/people/{person.pk}/hurts/{hurt.pk}/resolution/", {"note": "다시 보냈다"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert HurtResolution.objects.get().note == "다시 보냈다"


def test_a_feeling_is_noted_on_the_page(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    said = {"valence": "2", "source": "declared", "touchpoint": "배송", "evidence": "정말 빨라요"}
    assert client_of(cast.jieun).post(f"/people/{person.pk}/feelings/", said).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert Feeling.objects.get().valence == 2


def test_an_inference_cannot_be_entered_by_hand(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    said = {"valence": "2", "source": "inferred", "touchpoint": "배송"}
    assert client_of(cast.jieun).post(f"/people/{person.pk}/feelings/", said).status_code == 422


def test_what_was_written_stays_when_it_is_refused(cast: Cast, client_of: SignIn) -> None:
    person = regular(cast)
    answer = client_of(cast.jieun).post(
        f"/people/{person.pk}/promises/", {"sentence": "곧 전화", "due_on": "2020-01-01"}
    )
    assert answer.status_code == 422
    assert 'value="곧 전화"' in answer.content.decode()


def test_a_promise_to_somebody_else_is_not_found(cast: Cast, client_of: SignIn) -> None:
    person, other = regular(cast), regular(cast)
    with tenancy.workspace(cast.workspace.pk):
        tomorrow = timezone.now() + timedelta(days=1)
        promise = operations.make_promise(
            person=other, sentence="내일 전화", due_at=tomorrow, by=cast.jieun, now=timezone.now()
        )
    answer = client_of(cast.jieun).post(f"/people/{person.pk}/promises/{promise.pk}/end/", {"outcome": "kept"})
    assert answer.status_code == 404


def test_an_unknown_person_is_not_found(cast: Cast, client_of: SignIn) -> None:
    assert client_of(cast.admin).get(f"/people/{UUID(int=1)}/").status_code == 404
