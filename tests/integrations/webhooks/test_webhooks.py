"""Signed bodies in: genuine ones once, all others never."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dangol.integrations.webhooks.models import Webhook
from dangol.integrations.webhooks.operations import UnableToSetUpWebhook, set_up_webhook
from dangol.integrations.webhooks.signatures import BadSignature, Signed, verified
from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, InboxEntry, Order, Sample, Source
from dangol.tracking.operations import create_source, process_workspace, revoke_source, set_mapping
from dangol.workspaces.operations import resume, suspend
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_sources import ClientOf

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two letters..").decode()
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
BODY = json.dumps({"type": "order.paid", "data": {"no": "A-1", "total": 5000, "email": "haneul@example.com"}}).encode()
Headers = dict[str, str]


def b64(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def standard(body: bytes, at: datetime, own_id: str = "msg_1") -> Headers:
    stamp = int(at.timestamp())
    signature = b64(KEY, f"{own_id}.{stamp}.".encode() + body)
    return {"webhook-id": own_id, "webhook-timestamp": str(stamp), "webhook-signature": f"v1,AAAA v1,{signature}"}


def toss(body: bytes, at: datetime) -> Headers:
    signature = b64(SECRET.encode(), body + f":{at.isoformat()}".encode())
    return {
        "tosspayments-webhook-transmission-time": at.isoformat(),
        "tosspayments-webhook-signature": f"v1:AAAA,{signature}",
        "tosspayments-webhook-transmission-id": "t-1",
    }


def stripe(body: bytes, at: datetime) -> Headers:
    stamp = int(at.timestamp())
    signature = hmac.digest(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hex()
    return {"Stripe-Signature": f"t={stamp},v1=00,v1={signature}"}


SIGNERS: dict[str, Callable[[bytes, datetime], Headers]] = {
    "standard": standard,
    "shopify": lambda body, _at: {"X-Shopify-Hmac-Sha256": b64(SECRET.encode(), body), "X-Shopify-Webhook-Id": "s-1"},
    "cafe24": lambda _body, _at: {"X-API-Key": SECRET, "X-Trace-ID": "c-1"},
    "toss": toss,
    "stripe": stripe,
    "header": lambda body, _at: {
        "X-Hub-Signature-256": "sha256=" + hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    },
}


def signed(headers: Headers, body: bytes = BODY, secret: str = SECRET) -> Signed:
    return Signed(headers, body, secret, NOW, "X-Hub-Signature-256")


@pytest.mark.shows("AC-40")
@pytest.mark.parametrize("scheme", SIGNERS)
def test_each_sender_is_believed_in_its_own_way_only(scheme: str) -> None:
    headers = SIGNERS[scheme](BODY, NOW)
    verified(scheme, signed(headers))
    for wrong in (signed(headers, secret="another"), signed({}), signed(dict.fromkeys(headers, "ü"))):
        with pytest.raises(BadSignature):
            verified(scheme, wrong)
    if scheme != "cafe24":
        with pytest.raises(BadSignature):
            verified(scheme, signed(headers, BODY + b" "))
    if scheme in {"standard", "toss", "stripe"}:
        for minutes in (-6, 6):
            with pytest.raises(BadSignature):
                verified(scheme, signed(SIGNERS[scheme](BODY, NOW + timedelta(minutes=minutes))))


@pytest.mark.shows("AC-40")
@pytest.mark.parametrize(
    ("scheme", "changed"),
    [
        ("standard", lambda told: {"webhook-signature": told["webhook-signature"].replace("v1,", "v1a,")}),
        ("standard", lambda _told: {"webhook-signature": "none,"}),
        (
            "toss",
            lambda told: {
                "tosspayments-webhook-transmission-time": told["tosspayments-webhook-transmission-time"][:-6]
            },
        ),
        ("stripe", lambda told: {"Stripe-Signature": told["Stripe-Signature"].replace("v1=", "v0=")}),
        ("stripe", lambda told: {"Stripe-Signature": told["Stripe-Signature"].partition(",")[2]}),
        ("header", lambda _told: {"X-Hub-Signature-256": "sha1=" + hmac.digest(SECRET.encode(), BODY, "sha1").hex()}),
        ("header", lambda _told: {"X-Hub-Signature-256": ""}),
    ],
)
def test_no_weaker_signature_is_believed(scheme: str, changed: Callable[[Headers], Headers]) -> None:
    headers = SIGNERS[scheme](BODY, NOW)

    with pytest.raises(BadSignature):
        verified(scheme, signed(headers | changed(headers)))


@pytest.mark.shows("AC-40")
def test_the_same_content_written_otherwise_is_another_body() -> None:
    """A body is judged as it came, not as it is read."""
    with pytest.raises(BadSignature):
        verified("standard", signed(standard(BODY, NOW), json.dumps(json.loads(BODY), indent=1).encode()))


def test_a_plain_signature_may_be_base64_too() -> None:
    verified("header", signed({"X-Hub-Signature-256": b64(SECRET.encode(), BODY)}))


@pytest.fixture
def webhook(cast: Cast) -> Webhook:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Pay", kind="webhooks", now=NOW)
        fields = {"type": "event", "data.no": "order_id", "data.total": "total", "data.email": "email"}
        names = {"order.paid": "Order Completed"}
        set_mapping(source=source, fields=fields, event="", names=names, member=cast.admin, now=NOW)
        return set_up_webhook(source=source, scheme="standard", secret=SECRET, member=cast.admin, now=NOW)


def post(webhook: Webhook, headers: Headers, body: bytes = BODY) -> int:
    tenancy.leave_workspace()
    path = f"/hooks/{webhook.address}"
    answer = Client().post(path, body, content_type="application/json", headers=headers)
    tenancy.leave_workspace()
    return int(answer.status_code)


@pytest.mark.shows("AC-40")
def test_a_replay_has_one_effect(webhook: Webhook) -> None:
    """Seven retries, as Toss sends them, and one that arrives after all were processed."""
    now = timezone.now()
    assert [post(webhook, standard(BODY, now)) for _try in range(7)] == [200] * 7
    process_workspace(webhook.workspace_id)
    assert post(webhook, standard(BODY, now)) == 200
    process_workspace(webhook.workspace_id)
    with tenancy.workspace(webhook.workspace_id):
        assert (Event.objects.count(), Order.objects.get().number) == (1, "A-1")
        assert not DeadLetter.objects.exists()


@pytest.mark.shows("AC-40")
def test_a_wrong_signature_is_counted_and_never_kept(webhook: Webhook) -> None:
    now = timezone.now()
    tries = [
        {},
        standard(BODY + b"!", now),
        standard(BODY, now - timedelta(minutes=6)),
        standard(BODY, now) | {"webhook-id": "msg_2"},
    ]
    assert [post(webhook, headers) for headers in tries] == [401] * 4
    with tenancy.workspace(webhook.workspace_id):
        webhook.refresh_from_db()
        assert webhook.refused_count == 4
        assert not InboxEntry.objects.exists()
        assert not Sample.objects.exists()
    assert post(webhook, standard(b"x" * 600_000, now), b"x" * 600_000) == 413


def test_a_signed_body_that_is_no_json_is_put_aside(webhook: Webhook) -> None:
    for body in (b"\xff\xfe", b"plain", b"[1]", b"{}"):
        assert post(webhook, standard(body, timezone.now(), own_id=body.hex()), body) == 200
    process_workspace(webhook.workspace_id)
    with tenancy.workspace(webhook.workspace_id):
        codes = sorted(DeadLetter.objects.values_list("code", flat=True))
    assert codes == ["no_id", "wrong_shape", "wrong_shape", "wrong_shape"]


def test_an_unknown_or_revoked_address_is_not_found(webhook: Webhook, cast: Cast) -> None:
    assert Client().post("/hooks/nothing", BODY, content_type="application/json").status_code == 404
    assert Client().get(f"/hooks/{webhook.address}").status_code == 405
    with tenancy.workspace(cast.workspace.pk):
        revoke_source(source=Source.objects.get(), member=cast.admin, now=NOW)
    assert post(webhook, standard(BODY, timezone.now())) == 404


def test_a_suspended_workspace_lets_the_shop_keep_what_it_has(webhook: Webhook, cast: Cast) -> None:
    suspend(cast.workspace, now=NOW)
    assert post(webhook, standard(BODY, timezone.now())) == 409
    resume(cast.workspace)
    assert post(webhook, standard(BODY, timezone.now())) == 200


def test_the_page_keeps_the_secret_sealed(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    made = client.post("/sources/new/", {"name": "Shop", "kind": "webhooks"})
    path = made["Location"]
    assert client.post(path, {"scheme": "shopify", "secret": "hush-hush"}).status_code == 302
    assert client.post(path, {"scheme": "header", "secret": ""}).status_code == 200
    page = client.get(path).content.decode()
    with tenancy.workspace(cast.workspace.pk):
        webhook = Webhook.objects.get()
    assert (webhook.scheme, f"/hooks/{webhook.address}" in page) == ("shopify", True)
    assert "hush-hush" not in page + webhook.secret


def test_a_secret_is_needed(inside: Cast) -> None:
    source, _key = create_source(member=inside.admin, name="Pay", kind="webhooks", now=NOW)
    with pytest.raises(UnableToSetUpWebhook, match="secret"):
        set_up_webhook(source=source, scheme="standard", secret="", member=inside.admin, now=NOW)
    with pytest.raises(UnableToSetUpWebhook, match="header"):
        set_up_webhook(source=source, scheme="header", secret="x", member=inside.admin, now=NOW)


def test_only_administrators_of_the_house_see_a_webhook(webhook: Webhook, cast: Cast, client_of: ClientOf) -> None:
    path = f"/sources/{webhook.source_id}/webhook/"
    members = (cast.marketer, cast.jieun, cast.minsu, cast.dana, cast.lee)
    assert [client_of(member).get(path).status_code for member in members] == [403, 403, 403, 403, 404]
