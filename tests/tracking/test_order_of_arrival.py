"""Any order and any batching of the same calls gives the same people, identities, traits, counts, orders and pairs."""

import contextlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.customers.models import DuplicatePair, Identity, Person, Relation
from dangol.kit import tenancy
from dangol.tracking.models import DailyCount, DeadLetter, Event, Order, OrderLine
from tests.tracking.test_processing import Inbox, inbox

__all__ = ["inbox"]


def at(hour: int, minute: int = 0) -> str:
    return f"2026-11-20T{hour:02}:{minute:02}:00Z"


def viewed(hour: int, minute: int = 0, **who: str) -> dict[str, Any]:
    return {"type": "track", "event": "Product Viewed", "timestamp": at(hour, minute)} | who


def identified(hour: int, traits: dict[str, Any], **who: str) -> dict[str, Any]:
    return {"type": "identify", "timestamp": at(hour), "traits": traits} | who


def bought(hour: int, number: str, total: int, **who: str) -> dict[str, Any]:
    products = [{"sku": f"tea-{total}", "quantity": 1, "price": total}]
    told = {"order_id": number, "total": total, "products": products}
    return {"type": "track", "event": "Order Completed", "timestamp": at(hour, 30), "properties": told} | who


CALLS: Sequence[dict[str, Any]] = [
    # 하늘 on the family's tablet before 바다, on her phone, and under a former id; 바다 tells the same address later.
    viewed(1, anonymousId="tablet"),
    bought(1, "A-1", 5000, anonymousId="tablet"),
    identified(
        2, {"name": "김하늘", "grade": "silver", "email": "home@example.com"}, userId="u1", anonymousId="tablet"
    ),
    viewed(3, anonymousId="phone"),
    viewed(3, 1, userId="u1", anonymousId="phone"),
    identified(4, {"grade": "gold", "city": "서울"}, userId="u1"),
    identified(5, {"name": "이바다", "email": "home@example.com"}, userId="u2", anonymousId="tablet"),
    viewed(6, anonymousId="tablet"),
    identified(6, {"favourite": "tea"}, anonymousId="tablet"),
    bought(7, "B-1", 7000, userId="u2"),
    bought(8, "B-1", 9999, userId="u1"),  # the same number again, by somebody else and later
    {"type": "alias", "previousId": "old-phone", "userId": "u1", "timestamp": at(9)},
    viewed(2, 40, anonymousId="old-phone"),
    {"type": "alias", "previousId": "u2", "userId": "u3", "timestamp": at(10)},  # two numbers: nobody is merged
    viewed(11, userId="u3"),
    {"type": "group", "groupId": "tea-house", "userId": "u2", "timestamp": at(12), "traits": {"name": "다실"}},
    identified(13, {"email": "nobody@example.com"}, anonymousId="kiosk"),
    viewed(14, anonymousId="kiosk"),
    viewed(14, 1, anonymousId="never-named"),
    {"type": "track", "event": "Product Viewed", "userId": "u3", "timestamp": "2031-01-01T00:00:00Z"},
]
REPEATED = [0, 2, 9, 15]


class Undo(Exception):
    """Rolls one example back."""


def calls_with_repeats() -> list[dict[str, Any]]:
    told = [call | {"messageId": f"m{number}"} for number, call in enumerate(CALLS)]
    return told + [told[number] for number in REPEATED]


def arrived(inbox: Inbox, calls: Sequence[dict[str, Any]], cuts: set[int]) -> dict[str, Any]:
    """Let the calls arrive in these batches, look, and undo all of it."""
    seen: dict[str, Any] = {}
    with contextlib.suppress(Undo), transaction.atomic():
        for start, end in pairwise([0, *sorted(cuts), len(calls)]):
            inbox.put("batch", {"batch": calls[start:end]})
            inbox.process()
        with tenancy.workspace(inbox.workspace.pk):
            seen = outcome()
        raise Undo
    return seen


def outcome() -> dict[str, Any]:
    names: dict[Any, str] = {person.pk: person.external_id or person.email for person in Person.objects.all()}
    return {
        "people": sorted(
            (p.external_id, p.name, p.email, p.city, sorted(p.fields.items()), p.first_seen_at, p.last_seen_at)
            for p in Person.objects.all()
        ),
        "identities": sorted((i.kind, i.value, names[i.person_id]) for i in Identity.objects.all()),
        "events": sorted((e.message_id, names.get(e.person_id)) for e in Event.objects.all()),
        "counts": sorted((names[c.person_id], c.name, c.day, c.count, c.amount) for c in DailyCount.objects.all()),
        "orders": sorted((o.number, names[o.person_id], o.amount, o.placed_at) for o in Order.objects.all()),
        "lines": sorted(OrderLine.objects.values_list("order__number", "sku")),
        "companies": sorted(Relation.objects.values_list("source_person__external_id", "target_company__name")),
        "pairs": sorted(sorted((names[d.person_id], names[d.other_person_id])) for d in DuplicatePair.objects.all()),
        "letters": DeadLetter.objects.count(),
    }


@settings(max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_neither_order_nor_batching_matters(inbox: Inbox, data: st.DataObject) -> None:
    calls = calls_with_repeats()
    order = data.draw(st.permutations(calls))
    cuts = data.draw(st.sets(st.integers(1, len(calls) - 1)))
    assert arrived(inbox, order, cuts) == arrived(inbox, calls, set())


def test_what_comes_out_is_what_was_told(inbox: Inbox) -> None:
    told = arrived(inbox, calls_with_repeats(), set())
    assert [person[:4] for person in told["people"]] == [
        ("", "", "nobody@example.com", ""),
        ("u1", "김하늘", "home@example.com", "서울"),
        ("u2", "이바다", "home@example.com", ""),
        ("u3", "", "", ""),
    ]
    assert told["pairs"] == [["u1", "u2"], ["u2", "u3"]]
    assert [(number, who, int(amount)) for number, who, amount, _at in told["orders"]] == [
        ("A-1", "u1", 5000),
        ("B-1", "u2", 7000),
    ]
    assert told["letters"] == 0
