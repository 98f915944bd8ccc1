"""The description of the collection API is true, and whatever it allows or forbids is answered as it says."""

import asyncio
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from dangol.kit import tenancy
from dangol.tracking.collector import FULL_PATHS, Collector
from dangol.tracking.models import InboxEntry
from dangol.tracking.openapi import described
from dangol.tracking.operations import process_workspace
from tests.tracking.conftest import Sender
from tests.tracking.http import request

schema = schemathesis.openapi.from_dict(httpx.Response(200, content=described(tuple(FULL_PATHS.items()))).json())
cases = st.one_of(
    *(schema[path]["POST"].as_strategy(generation_mode=mode) for path in FULL_PATHS for mode in GenerationMode)
)


def test_the_description_names_every_call() -> None:
    document = request("GET", "/v1/openapi.json").json()
    assert set(document["paths"]) == set(FULL_PATHS)
    assert set(document["paths"]["/v1/batch"]["post"]["responses"]) == {
        "200", "400", "401", "405", "408", "413", "415", "429", "503",
    }  # fmt: skip
    assert document["components"]["schemas"]["Batch"]["required"] == ["batch"]


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(made=st.lists(cases, min_size=4, max_size=8))
def test_whatever_is_sent_is_answered_as_described(sender: Sender, made: list[Any]) -> None:
    async def send() -> None:
        collector = Collector()
        transport = httpx.ASGITransport(app=collector)
        async with httpx.AsyncClient(transport=transport, base_url="http://collect.example.com") as client:
            for case in made:
                told = case.as_transport_kwargs(base_url="http://collect.example.com")
                known = {key: told[key] for key in ("json", "params") if told.get(key) is not None}
                content = told.get("data") if isinstance(told.get("data"), bytes | str) else None
                answer = await client.request(case.method, case.path, content=content, auth=(sender.key, ""), **known)
                case.operation.validate_response(answer)
                assert answer.status_code < 500
        await collector.stop()

    asyncio.run(send())
    process_workspace(sender.workspace_id)
    with tenancy.workspace(sender.workspace_id):
        assert not InboxEntry.objects.exists()
