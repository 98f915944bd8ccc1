"""Whatever comes over the wire: the collector answers, and never with an error of its own."""

import asyncio
import base64
import gzip
import zlib
from collections.abc import Callable
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.kit import tenancy
from dangol.tracking.collector import PATHS, Collector
from dangol.tracking.models import InboxEntry
from dangol.tracking.operations import process_workspace
from tests.tracking import fuzz
from tests.tracking.conftest import Sender

Packer = Callable[[bytes], bytes]
PACKERS: dict[str, Packer] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "GZIP": lambda body: gzip.compress(body)[:-5],
    "x-gzip": lambda body: gzip.compress(body) * 2,
    "br": bytes,
    "identity, gzip": gzip.compress,
}
ANSWERS = {200, 204, 400, 401, 404, 405, 408, 413, 415}

texts = (
    fuzz.anything
    | fuzz.calls
    | fuzz.looks_like_json
    | st.lists(fuzz.calls, max_size=3).map(lambda calls: f'{{"batch":{fuzz.text_of_list(calls)}}}')
)
bodies = st.binary(max_size=200) | texts.map(lambda text: text.encode()) | texts.map(lambda text: text.encode("utf-16"))
requests = st.tuples(
    st.sampled_from(["POST", "POST", "POST", "GET", "OPTIONS", "PUT"]),
    st.sampled_from([*PATHS, "/v1/", "/v1/dangol.js", "/v1/projects//settings", "/v1/track/", "/v1/%00", "/v1/…"]),
    bodies,
    st.sampled_from(sorted(PACKERS)),
    st.fixed_dictionaries(
        {},
        optional={
            "x-dangol-strict": st.just("1"),
            "authorization": st.sampled_from(["Basic", "Basic " + base64.b64encode(b"\xff\x00:").decode(), "Bearer x"]),
            "content-length": st.sampled_from(["²", "-1", "1e9", "9" * 30]),
            "host": st.sampled_from(["", "a" * 500, 'x"y<z>']),
        },
    ),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(requests, min_size=10, max_size=20))
def test_every_request_is_answered_and_what_was_kept_is_processed(sender: Sender, sent: list[Any]) -> None:
    async def send() -> set[int]:
        collector = Collector()
        transport = httpx.ASGITransport(app=collector)
        known = {"authorization": "Basic " + base64.b64encode(f"{sender.key}:".encode()).decode()}
        answers = set()
        async with httpx.AsyncClient(transport=transport, base_url="http://collect.example.com") as client:
            for method, path, body, encoding, headers in sent:
                told = known | ({"content-encoding": encoding} if encoding else {}) | headers
                raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in told.items()]
                answer = await client.request(method, path, content=PACKERS[encoding](body), headers=raw)
                answers.add(answer.status_code)
        await collector.stop()
        return answers

    assert asyncio.run(send()) <= ANSWERS
    process_workspace(sender.workspace_id)
    with tenancy.workspace(sender.workspace_id):
        assert not InboxEntry.objects.exists()
