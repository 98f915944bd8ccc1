"""The description of the collection API in OpenAPI 3.1, made from what the collector itself decodes and answers."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from dangol.tracking.calls import Batch, Call
from dangol.tracking.replies import FAILURES

OPENAPI_PATH = "/v1/openapi.json"
OBJECT = {"type": ["object", "null"]}
RETRY_AFTER = {"retry-after": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
REFUSAL = {
    "type": "object",
    "required": ["success", "code", "message", "message_ko"],
    "properties": {"success": {"const": False}}
    | {name: {"type": "string"} for name in ("code", "message", "message_ko", "detail")},
}
TAKEN = {
    "type": "object",
    "required": ["success"],
    "properties": {
        "success": {"const": True},
        "rejected": {"type": "array", "description": "Events that were put aside, for senders that ask to be told."},
    },
}
STRICT = {
    "name": "X-Dangol-Strict",
    "in": "header",
    "description": "1: say which events of the request will be put aside.",
    "schema": {"enum": ["1"]},
}


@cache
def described(calls: Iterable[tuple[str, str]]) -> bytes:
    """Return the description as JSON. `calls` are pairs of a path and the call that it takes."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Collection API of Dangol", "version": "1"},
        "security": [{"writeKey": []}],
        "paths": {path: {"post": _operation(path, call)} for path, call in calls},
        "components": {
            "schemas": {"Call": _schema(Call), "Batch": _schema(Batch), "Taken": TAKEN, "Refusal": REFUSAL},
            "securitySchemes": {
                "writeKey": {"type": "http", "scheme": "basic", "description": "The write key is the user name."}
            },
        },
    }
    return msgspec.json.encode(document)


def _schema(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """Describe what is decoded; what stays as it was written is an object, or a list of calls."""
    as_written = {msgspec.Raw: OBJECT, list[msgspec.Raw]: {"type": "array", "items": _reference("Call")}}
    return {
        "type": "object",
        "properties": {
            field.encode_name: as_written.get(field.type) or msgspec.json.schema(field.type)
            for field in msgspec.structs.fields(struct)
        },
        "required": [field.encode_name for field in msgspec.structs.fields(struct) if field.required],
    }


def _operation(path: str, call: str) -> dict[str, Any]:
    taken = "Batch" if call == "batch" else "Call"
    return {
        "operationId": path.removeprefix("/v1/"),
        "summary": f"Take {'a batch of calls' if call == 'batch' else f'one {call} call'}.",
        "parameters": [STRICT],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _reference(taken)}}},
        "responses": {
            "200": {"description": "It is on disk.", "content": {"application/json": {"schema": _reference("Taken")}}}
        }
        | _refusals(),
    }


def _refusals() -> dict[str, Any]:
    """Every refusal that a known call can hear, by its status."""
    told: dict[int, list[str]] = defaultdict(list)
    for code, (status, english, _korean) in FAILURES.items():
        if code != "unknown_path":
            told[status].append(f"`{code}`: {english}")
    content = {"application/json": {"schema": _reference("Refusal")}}
    return {
        str(status): {"description": " ".join(messages), "content": content}
        | ({"headers": RETRY_AFTER} if status in {429, 503} else {})
        for status, messages in told.items()
    }


def _reference(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}
