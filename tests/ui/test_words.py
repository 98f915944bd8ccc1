from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from dangol.kit.pagination import CappedCount
from dangol.ui.templatetags import words

NOON = datetime(2025, 3, 2, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "amount, currency, korean, english",
    [
        (12000, "KRW", "12,000원", "₩12,000"),
        (Decimal("12000.50"), "KRW", "12,001원", "₩12,001"),
        (-500, "KRW", "−500원", "−₩500"),
        (Decimal("12.5"), "USD", "$12.50", "$12.50"),
        (1234, "JPY", "¥1,234", "¥1,234"),
        (Decimal("3.1"), "CHF", "3.10 CHF", "3.10 CHF"),
        (None, "KRW", "—", "—"),
    ],
)
def test_money_is_written_as_the_language_writes_it(
    amount: Decimal | None, currency: str, korean: str, english: str
) -> None:
    with override("ko"):
        assert words.money(amount, currency) == korean
    with override("en"):
        assert words.money(amount, currency) == english


@pytest.mark.parametrize(
    "share, written", [(0.123, "12%"), (0.0456, "4.6%"), (0.05, "5%"), (1, "100%"), (0, "0%"), (None, "—")]
)
def test_percent_takes_a_share(share: float | None, written: str) -> None:
    assert words.percent(share) == written


def test_counts_have_thousands_and_say_when_they_stopped() -> None:
    assert words.count(1234567) == "1,234,567"
    assert words.capped(CappedCount(10_000, is_capped=True)) == "10,000+"
    assert words.capped(CappedCount(7, is_capped=False)) == "7"


def test_a_moment_is_shown_in_the_active_zone_and_language() -> None:
    with timezone.override("Asia/Seoul"), override("ko"):
        assert words.when(NOON) == (
            '<time datetime="2025-03-02T03:00:00+00:00" title="2025-03-02 12:00 KST">2025년 3월 2일 12:00</time>'
        )
    with timezone.override("Europe/Vienna"), override("en"):
        assert words.when(NOON) == (
            '<time datetime="2025-03-02T03:00:00+00:00" title="2025-03-02 04:00 CET">2 Mar 2025, 04:00</time>'
        )
        assert words.when(date(2025, 3, 2)) == '<time datetime="2025-03-02" title="2025-03-02">2 Mar 2025</time>'
        assert words.today(NOON) == "Sunday, 2 March 2025"
    assert words.when(None) == "—"


@pytest.mark.parametrize(
    "length, english",
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1, seconds=5), "1 minute ago"),
        (timedelta(hours=5, seconds=5), "5 hours ago"),
        (timedelta(days=45), "1 month ago"),
        (timedelta(days=800), "2 years ago"),
        (-timedelta(days=3, seconds=5), "in 3 days"),
    ],
)
def test_ago_uses_the_largest_unit(length: timedelta, english: str) -> None:
    with override("en"):
        assert f">{english}<" in str(words.ago(timezone.now() - length))
