"""Every rule at its boundaries. Facts only: no database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dangol.messaging.contracts import ConsentOnRecord, ContactFacts, RulesOnRecord, in_holdout
from dangol.messaging.enums import Outcome
from dangol.messaging.policy import CHAIN, HOLDING, ask, wording_of

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=SEOUL)
CONSENT = ConsentOnRecord(state="given", basis="explicit", at=NOON - timedelta(days=30))
RULES = RulesOnRecord()


def facts(**changes: Any) -> ContactFacts:
    values: dict[str, Any] = {
        "now": NOON,
        "channel": "email",
        "purpose": "marketing",
        "rules": RULES,
        "address": "a@example.com",
        "consent": CONSENT,
        "time_zone": "Asia/Seoul",
    }
    return ContactFacts(**values | changes)


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def reasons(**changes: Any) -> tuple[str, ...]:
    return ask(facts(**changes)).reasons


def rules(**changes: Any) -> RulesOnRecord:
    return msgspec.structs.replace(RULES, **changes)


def consent(**changes: Any) -> ConsentOnRecord:
    return msgspec.structs.replace(CONSENT, **changes)


def test_a_willing_person_at_noon_may_be_written_to() -> None:
    assert ask(facts()).outcome == Outcome.ALLOW


@pytest.mark.parametrize("purpose", ["marketing", "service", "transactional"])
@pytest.mark.parametrize("reason", ["hard_bounce", "complaint", "legal_stop"])
def test_a_suppressed_address_gets_nothing_for_any_purpose(purpose: str, reason: str) -> None:
    answer = ask(facts(purpose=purpose, suppressed=reason))
    assert (answer.outcome, answer.reasons) == (Outcome.REFUSE, (reason,))


def test_without_an_address_nothing_is_sent() -> None:
    assert reasons(address="") == ("address_missing",)


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"consent": None}, ("consent_missing",)),
        ({"consent": consent(state="withdrawn")}, ("consent_withdrawn",)),
        ({"consent": consent(expires_at=NOON)}, ("consent_expired",)),
        ({"consent": consent(expires_at=NOON + timedelta(microseconds=1))}, ()),
        ({"consent": None, "purpose": "service"}, ()),
        ({"consent": consent(state="withdrawn"), "purpose": "service"}, ("consent_withdrawn",)),
        ({"consent": consent(state="withdrawn"), "purpose": "transactional"}, ()),
    ],
)
def test_consent(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert reasons(**changes) == expected


@pytest.mark.parametrize(
    "given, today, expected",
    [
        ("2026-05-22T23:00", "2026-11-22T12:00", ()),
        ("2026-05-21T23:00", "2026-11-22T12:00", ("consent_expired",)),
        ("2026-08-31T10:00", "2027-02-28T12:00", ()),
        ("2026-08-31T10:00", "2027-03-01T12:00", ("consent_expired",)),
    ],
)
def test_an_existing_customer_may_be_written_to_for_six_months(
    given: str, today: str, expected: tuple[str, ...]
) -> None:
    assert reasons(consent=consent(basis="existing_customer", at=seoul(given)), now=seoul(today)) == expected


@pytest.mark.parametrize(
    "given, today, expected",
    [
        ("2024-11-23T00:00", "2026-11-22T12:00", ()),
        ("2024-11-22T23:59", "2026-11-22T12:00", ("consent_unconfirmed",)),
        ("2024-02-29T10:00", "2026-02-27T12:00", ()),
        ("2024-02-29T10:00", "2026-02-28T12:00", ("consent_unconfirmed",)),
    ],
)
def test_consent_is_confirmed_every_two_years(given: str, today: str, expected: tuple[str, ...]) -> None:
    assert reasons(consent=consent(at=seoul(given)), now=seoul(today)) == expected


@pytest.mark.parametrize("part", ["name", "email", "phone", "postal_address"])
def test_an_advertisement_needs_the_whole_sender(part: str) -> None:
    answer = ask(facts(sender_lacks=(part,)))
    assert (answer.outcome, answer.reasons) == (Outcome.REFUSE, ("sender_incomplete",))


def test_service_needs_a_name_and_an_address_only() -> None:
    assert reasons(purpose="service", sender_lacks=("phone", "postal_address")) == ()
    assert reasons(purpose="service", sender_lacks=("email",)) == ("sender_incomplete",)


@pytest.mark.parametrize(
    "clock, held",
    [
        ("20:59:59", False),
        ("21:00:00", True),
        ("23:59:59", True),
        ("00:00:00", True),
        ("07:59:59", True),
        ("08:00:00", False),
    ],
)
def test_advertising_rests_at_the_legal_night(clock: str, held: bool) -> None:  # noqa: FBT001 - a parametrised answer
    now = seoul(f"2026-11-22T{clock}")
    answer = ask(facts(now=now, time_zone="America/New_York", rules=rules(quiet_from=RULES.quiet_until)))
    assert answer.reasons == (("legal_night",) if held else ())
    if held:
        morning = seoul("2026-11-23T08:00") if clock > "12" else seoul("2026-11-22T08:00")
        assert (answer.outcome, answer.hold_until) == (Outcome.HOLD, morning)


def test_the_workspace_may_let_mail_leave_at_night_as_the_law_does() -> None:
    night = seoul("2026-11-22T22:00")
    free = rules(email_at_legal_night=True, quiet_from=RULES.quiet_until)
    assert reasons(now=night, rules=free) == ()


@pytest.mark.parametrize("channel", ["sms", "kakao", "push", "phone"])
def test_other_channels_need_a_consent_to_the_night(channel: str) -> None:
    night = seoul("2026-11-22T22:00")
    free = rules(email_at_legal_night=True, quiet_from=RULES.quiet_until)
    assert reasons(now=night, rules=free, channel=channel) == ("legal_night",)
    assert reasons(now=night, rules=free, channel=channel, consent=consent(night=True)) == ()


def test_service_and_transactions_leave_at_night() -> None:
    night = seoul("2026-11-22T22:00")
    assert reasons(now=night, purpose="service") == ()
    assert reasons(now=night, purpose="transactional") == ()
    assert reasons(now=night, purpose="service", channel="sms") == ("quiet_hours",)
    assert reasons(now=night, purpose="transactional", channel="sms") == ()


def test_quiet_hours_are_those_of_the_persons_own_clock() -> None:
    answer = ask(facts(now=seoul("2026-11-22T12:00"), time_zone="America/New_York"))
    assert answer.reasons == ("quiet_hours",)
    assert answer.hold_until == datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("America/New_York"))


def test_quiet_hours_end_on_the_new_clock_when_summer_time_begins() -> None:
    zone = ZoneInfo("America/New_York")
    before = datetime(2027, 3, 13, 22, 0, tzinfo=zone)
    answer = ask(facts(now=before, time_zone="America/New_York", rules=rules(email_at_legal_night=True)))
    assert answer.hold_until == datetime(2027, 3, 14, 8, 0, tzinfo=zone)
    assert (answer.hold_until - before.astimezone(UTC)) == timedelta(hours=9)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "KST+9:00 "])
def test_an_unknown_zone_waits_and_never_goes_out_blindly(zone: str) -> None:
    answer = ask(facts(time_zone=zone))
    assert (answer.outcome, answer.reasons) == (Outcome.HOLD, ("zone_unknown",))
    assert answer.hold_until == NOON + timedelta(hours=6)


def test_equal_ends_mean_no_quiet_hours() -> None:
    at_eight = rules(quiet_from=RULES.quiet_until, email_at_legal_night=True)
    assert reasons(now=seoul("2026-11-22T03:00"), rules=at_eight) == ()


@pytest.mark.parametrize("hurt", ["open_hurt", "late_promise"])
def test_advertising_waits_while_somebody_is_hurt(hurt: str) -> None:
    assert reasons(hurt=hurt) == (hurt,)
    assert reasons(hurt=hurt, purpose="service") == ()


def test_the_cap_rolls_to_the_second() -> None:
    week = timedelta(days=7)
    contacts = (NOON - timedelta(hours=1), NOON - timedelta(days=2), NOON - week + timedelta(seconds=1))
    answer = ask(facts(contacts=contacts))
    assert (answer.outcome, answer.reasons, answer.hold_until) == (
        Outcome.HOLD,
        ("frequency_cap",),
        NOON + timedelta(seconds=1),
    )
    assert reasons(contacts=(*contacts[:2], NOON - week)) == ()
    assert reasons(contacts=contacts[:2]) == ()
    assert reasons(contacts=contacts, purpose="service") == ()


def test_attention_holds_until_exactly_enough_is_back() -> None:
    assert reasons(attention_load=8.0) == ()
    answer = ask(facts(attention_load=16.0))
    assert (answer.outcome, answer.reasons) == (Outcome.HOLD, ("attention",))
    assert answer.hold_until == NOON + timedelta(hours=168)
    assert reasons(attention_load=16.0, purpose="service") == ()


def test_at_the_end_of_an_attention_hold_there_is_room() -> None:
    answer = ask(facts(attention_load=11.3))
    assert answer.hold_until is not None
    waited = (answer.hold_until - NOON).total_seconds() / 3600
    assert 11.3 * 2 ** (-waited / 168) <= 8.0 < 11.3 * 2 ** (-(waited - 1 / 1800) / 168)


def test_the_holdout_is_stable_and_of_the_size_asked_for() -> None:
    clusters = [f"cluster-{n}" for n in range(20_000)]
    chosen = [cluster for cluster in clusters if in_holdout("salt", cluster, 10)]
    assert 1900 < len(chosen) < 2100
    assert chosen == [cluster for cluster in clusters if in_holdout("salt", cluster, 10)]
    assert set(chosen) < {cluster for cluster in clusters if in_holdout("salt", cluster, 20)}
    assert chosen != [cluster for cluster in clusters if in_holdout("other", cluster, 10)]
    assert not any(in_holdout("salt", cluster, 0) for cluster in clusters)
    assert all(in_holdout("salt", cluster, 100) for cluster in clusters)


def test_the_left_alone_are_refused() -> None:
    assert reasons(holdout_salt="salt", holdout_percent=100.0, cluster="c") == ("holdout",)
    assert reasons(holdout_salt="salt", holdout_percent=0.0, cluster="c") == ()


def test_all_reasons_come_in_rule_order_and_the_worst_wins() -> None:
    answer = ask(
        facts(
            now=seoul("2026-11-22T22:00"),
            suppressed="complaint",
            consent=None,
            sender_lacks=("phone",),
            hurt="open_hurt",
            contacts=(NOON, NOON, NOON),
            attention_load=99.0,
            holdout_salt="salt",
            holdout_percent=100.0,
            expires_at=NOON,
        )
    )
    assert answer.outcome == Outcome.REFUSE
    assert answer.hold_until is None
    assert answer.reasons == (
        "complaint",
        "consent_missing",
        "sender_incomplete",
        "legal_night",
        "quiet_hours",
        "open_hurt",
        "frequency_cap",
        "attention",
        "holdout",
        "expired",
    )


def test_the_latest_hold_counts() -> None:
    answer = ask(facts(now=seoul("2026-11-22T22:00"), attention_load=16.0))
    assert answer.reasons == ("legal_night", "quiet_hours", "attention")
    assert answer.hold_until == seoul("2026-11-22T22:00") + timedelta(hours=168)


def test_every_reason_speaks_both_languages_to_staff_and_customer() -> None:
    codes = [code for rule in CHAIN for code in rule.wording]
    assert len(codes) == len(set(codes))
    for code in codes:
        wording = wording_of(code)
        assert wording is not None
        assert all(
            (
                wording.short_ko,
                wording.short_en,
                wording.staff_ko,
                wording.staff_en,
                wording.customer_ko,
                wording.customer_en,
            )
        )


def test_what_holds_is_what_the_rules_declare() -> None:
    assert {
        "legal_night", "quiet_hours", "zone_unknown", "open_hurt", "late_promise", "frequency_cap", "attention",
    } == HOLDING  # fmt: skip
    assert all(rule.holds <= rule.wording.keys() for rule in CHAIN)
    assert [rule.against(code).outcome for rule in CHAIN for code in sorted(rule.wording) if code == "muted"] == [
        "refuse"
    ]
