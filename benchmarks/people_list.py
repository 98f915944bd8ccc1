"""
People at 100,000: how fast a file of them comes in, and how long the server needs for a page of the list.

First line: lines per second of the import against the 10,000 it must reach, from the first line to the last commit.
Then p95 of the server's time in milliseconds through the whole Django stack against the 100 it may take: first page,
one in the middle, one near the end, every order, and searches that hit few, some and very many people.
"""

import random
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.harness import Bench, percentile

if TYPE_CHECKING:
    from django.test import Client

    from dangol.workspaces.models import Member

PEOPLE, REPEATS = 100_000, 40
IMPORT_LIMIT, PAGE_LIMIT = 10_000, 100
WALK = {"middle": 500, "end": 1900}
"""How many pages of 50 lie before the pages that are measured, at full scale."""

SURNAMES = "김" * 21 + "이" * 15 + "박" * 8 + "최" * 5 + "정" * 5 + "강조윤장임" * 2 + "한오서신권황안송전홍"
SYLLABLES = "가나다라마민서준지우현하은수연도윤예진영호재성혜경태훈정미선아람별솔찬빈건율채린"
CITIES = ["서울", "부산", "대구", "인천", "광주", "대전", "울산", "제주"]
SEARCHES = {
    "rare": "채린율",
    "two-syllables": "서준",
    "one-syllable": "김",
    "initials": "ㄱㅅㅈ",
    "email-prefix": "person5",
    "phone-tail": "4242",
    "customer-number": "C-777",
    "nobody": "없는사람",
}


def run(bench: Bench) -> None:
    """Measure the import, then the pages over what it brought."""
    member = _make_member()
    _measure_import(bench, member)
    _mark_seen(bench, member)
    client = _signed_in(member)
    last = client.get("/people/")
    assert last.status_code == 200
    for label, path in _pages(bench, client).items():
        _measure_page(bench, client, label, path)


def _measure_import(bench: Bench, member: "Member") -> None:
    from dangol.customers import operations  # noqa: PLC0415 - Django is set up by now
    from dangol.customers.models import PeopleImport  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now

    people = bench.sized(PEOPLE)
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    content = "\n".join(_lines(random.Random(bench.seed), people)).encode("cp949")
    with tenancy.workspace(member.workspace_id):
        made = operations.upload_people(member=member, file_name="people.csv", content=content, now=now)
        operations.check_people_import(people_import=made, now=now)
        operations.start_people_import(people_import=made, member=member, now=now)
    began = time.perf_counter()
    operations.run_people_import(workspace_id=member.workspace_id, import_id=made.pk)
    took = time.perf_counter() - began
    with tenancy.workspace(member.workspace_id):
        assert PeopleImport.objects.get(pk=made.pk).created_count == people
    bench.report(ours=people / took, limit=IMPORT_LIMIT, rows=people, label="import")


def _measure_page(bench: Bench, client: "Client", label: str, path: str) -> None:
    waits = []
    for _round in range(REPEATS):
        began = time.perf_counter()
        answer = client.get(path)
        waits.append(time.perf_counter() - began)
        assert answer.status_code == 200
    bench.report(
        ours=percentile(waits, 95) * 1000, limit=PAGE_LIMIT, rows=bench.sized(PEOPLE), waits=waits, label=label
    )


def _pages(bench: Bench, client: "Client") -> dict[str, str]:
    pages = {"first": "/people/", "by-name": "/people/?sort=name", "by-seen": "/people/?sort=seen"}
    for label, before in WALK.items():
        pages |= {f"{label}-by-{sort}": _walked(client, sort, bench.sized(before)) for sort in ("newest", "seen")}
    return pages | {f"search-{label}": f"/people/?q={question}" for label, question in SEARCHES.items()}


def _walked(client: "Client", sort: str, pages: int) -> str:
    """Follow "next page" so many times, and return where that led."""
    path = f"/people/?sort={sort}"
    for _page in range(pages):
        following = re.search(r'rel="next" href="([^"]+)"', client.get(path).content.decode())
        assert following is not None
        path = "/people/" + following[1].replace("&amp;", "&")
    return path


def _lines(generator: random.Random, people: int) -> Iterator[str]:
    yield "고객번호,이름,이메일,휴대폰,도시,마케팅 동의,가입일"
    for number in range(people):
        name = generator.choice(SURNAMES) + "".join(generator.choices(SYLLABLES, k=2))
        phone = f"010-{generator.randrange(10_000):04}-{generator.randrange(10_000):04}"
        agreed = "Y" if generator.random() < 0.4 else ""
        day = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=generator.randrange(1000))
        city = generator.choice(CITIES)
        yield f"C-{number},{name},person{number}@example.com,{phone},{city},{agreed},{day:%Y-%m-%d}"


def _make_member() -> "Member":
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from tests.people import make_cast  # noqa: PLC0415 - Django is set up by now

    with transaction.atomic():
        cast = make_cast()
        tenancy.leave_workspace()
    return cast.marketer


def _mark_seen(bench: Bench, member: "Member") -> None:
    """Two thirds were seen, at different times, and the newest hundred thousand did not all come in one moment."""
    import psycopg  # noqa: PLC0415 - beside the statements that need it

    with psycopg.connect(bench.superuser_url(), autocommit=True) as superuser:
        superuser.execute(
            "UPDATE customers_person "
            "SET created_at = created_at - hashtext(external_id) %% 100000 * interval '1 second', "
            "last_seen_at = CASE WHEN hashtext(external_id) %% 3 <> 0 "
            "THEN timestamptz '2026-11-22' - abs(hashtext(email)) %% 9000000 * interval '1 second' END "
            "WHERE workspace_id = %s",
            [member.workspace_id],
        )
        superuser.execute("VACUUM ANALYZE")


def _signed_in(member: "Member") -> "Client":
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.test import Client  # noqa: PLC0415 - Django is set up by now

    client = Client()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client
