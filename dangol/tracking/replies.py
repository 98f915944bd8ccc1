"""What the collection API answers: JSON that says what to do, in English and Korean, readable from any origin."""

from dataclasses import dataclass
from typing import Any

import msgspec

from dangol.tracking.calls import BODY_BYTES, EVENT_BYTES, EVENTS_IN_BATCH

RETRY_SECONDS = 1
CORS = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"retry-after")]
JSON = [(b"content-type", b"application/json"), *CORS]
RETRY = [(b"retry-after", str(RETRY_SECONDS).encode()), (b"x-ratelimit-reset", str(RETRY_SECONDS).encode())]
PREFLIGHT = [
    *CORS,
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding, x-dangol-strict, x-retry-count"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]
_EVENT_KB, _BODY_KB = EVENT_BYTES // 1024, BODY_BYTES // 1024

FAILURES: dict[str, tuple[int, str, str]] = {
    "bad_json": (
        400,
        "The body is not valid JSON in UTF-8. Mend it and send it again.",
        "본문이 올바른 UTF-8 JSON이 아닙니다. 고쳐서 다시 보내 주십시오.",
    ),
    "bad_gzip": (
        400,
        "The body says it is compressed but cannot be unpacked. Send the whole gzip stream.",
        "압축된 본문을 풀 수 없습니다. gzip 데이터를 끝까지 보내 주십시오.",
    ),
    "no_key": (
        401,
        "No write key. Send it as the user name of HTTP Basic, or as writeKey in the body.",
        "쓰기 키가 없습니다. HTTP Basic의 사용자 이름이나 본문의 writeKey로 보내 주십시오.",
    ),
    "unknown_key": (
        401,
        "This write key is unknown or revoked. Copy the key of an active source from the Sources page.",
        "알 수 없거나 폐기된 쓰기 키입니다. 소스 화면에서 사용 중인 키를 확인해 주십시오.",
    ),
    "unknown_path": (
        404,
        "No such call. Use /v1/identify, track, page, screen, group, alias or batch.",
        "없는 호출입니다. /v1/identify, track, page, screen, group, alias, batch 가운데 하나를 사용해 주십시오.",
    ),
    "not_post": (405, "Send this call with POST.", "이 호출은 POST로 보내 주십시오."),
    "too_slow": (
        408,
        "The body did not arrive in time. Send it again.",
        "본문이 제시간에 도착하지 않았습니다. 다시 보내 주십시오.",
    ),
    "event_too_large": (
        413,
        f"One event may have {_EVENT_KB} KB. Send less with it, or a link to the rest.",
        f"이벤트 하나는 {_EVENT_KB}KB까지입니다. 내용을 줄이거나 링크로 대신해 주십시오.",
    ),
    "body_too_large": (
        413,
        f"One request may have {_BODY_KB} KB, unpacked. Split it into smaller batches.",
        f"요청 하나는 압축을 푼 크기로 {_BODY_KB}KB까지입니다. 더 작은 묶음으로 나누어 주십시오.",
    ),
    "too_many_events": (
        413,
        f"One batch may have {EVENTS_IN_BATCH} events. Split it.",
        f"묶음 하나에는 이벤트를 {EVENTS_IN_BATCH}개까지 담을 수 있습니다. 나누어 보내 주십시오.",
    ),
    "unknown_encoding": (
        415,
        "Only gzip and deflate are understood as content encoding.",
        "콘텐츠 인코딩은 gzip과 deflate만 지원합니다.",
    ),
    "overloaded": (
        429,
        "Too much arrives at once. Nothing was kept; send the same request again after Retry-After.",
        "요청이 몰렸습니다. 저장하지 않았으니 Retry-After 뒤에 같은 요청을 다시 보내 주십시오.",
    ),
    "unavailable": (
        503,
        "The database cannot be written now. Nothing was kept; send the same request again after Retry-After.",
        "지금은 데이터베이스에 쓸 수 없습니다. 저장하지 않았으니 Retry-After 뒤에 같은 요청을 다시 보내 주십시오.",
    ),
}
"""Status and message of every refusal. 429 and 503 make client libraries try again; 4xx of another kind do not."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def json_reply(status: int, content: Any, extra: list[tuple[bytes, bytes]] | None = None) -> Reply:
    """Return an answer with this JSON."""
    body = msgspec.json.encode(content)
    return Reply(status, [*JSON, *(extra or []), (b"content-length", str(len(body)).encode())], body)


def failure(code: str, *, detail: str = "") -> Reply:
    """Return the refusal of this code."""
    status, english, korean = FAILURES[code]
    content = {"success": False, "code": code, "message": english, "message_ko": korean}
    return json_reply(status, content | ({"detail": detail} if detail else {}), RETRY if status in {429, 503} else None)


SUCCESS = json_reply(200, {"success": True})


def success(rejected: list[dict[str, Any]] | None) -> Reply:
    """Return the acknowledgement; strict senders hear which events were put aside."""
    return SUCCESS if rejected is None else json_reply(200, {"success": True, "rejected": rejected})


def preflight() -> Reply:
    """Let every site send from the browser: the write key is the only credential, and it is no secret there."""
    return Reply(204, PREFLIGHT, b"")


def settings_of(write_key: str, *, host: str, scheme: str) -> Reply:
    """Return what the browser client asks for before it sends: where to, and that nothing else is integrated."""
    target = {
        "apiKey": write_key,
        "apiHost": f"{host}/v1",
        "protocol": scheme,
        "deliveryStrategy": {"strategy": "standard"},
    }
    content = {
        "integrations": {"Segment.io": target},
        "plan": {"track": {"__default": {"enabled": True}}},
        "edgeFunction": {},
    }
    return json_reply(200, content)
