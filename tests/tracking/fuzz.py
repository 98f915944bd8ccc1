"""JSON that no well-meaning client sends, as text: parsers of our own tests would refuse most of it."""

import json

from hypothesis import strategies as st

NUMBERS = ["0", "-0", "-1", "0.1", "1E5", "1e-400", "1e400", "-1e131071", "9" * 50, "9" * 5000, "1795316400"]
TEXTS = [
    "", " ", "u1", "v1", "\x7f", "\u2028", "\\", "\\u0000", "\t\r\n", "😀", "김하늘" * 100, "A" * 5000, "%s %(x)s {}",
    "900101-1234568", "4111 1111 1111 1111", "²²²²²²²²²²", "１２３４５６７８９０１２３", "99999999999999", "2026-11-20",
    "2026.11.20 10:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1e400", "nan", "null", "KRW", "a@b",
    "person@example.com", "+82 10-1234-5678", "track", "identify", "Order Completed", "null\x00",
]  # fmt: skip
ESCAPES = [
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud83d"',
    '"\\ude00 x"',
    '"\\ud83d\\ud83d\\ude00"',
    '"\\\\ud83d"',
    '"\\uD83D\\uDE00"',
    '"\\/"',
]
BROKEN = ["NaN", "Infinity", '"\\x"', '"\x01"', '"', "01", "1.", "'a'", "[1,]", "{a:1}", "\ufeff1", "/**/1", "\x00", ""]
FIELDS = [
    "type", "userId", "anonymousId", "event", "name", "category", "groupId", "previousId", "properties", "traits",
    "context", "timestamp", "originalTimestamp", "sentAt", "writeKey", "integrations", "email", "phone", "order_id",
    "products", "total", "currency", "sku", "quantity", "price", "city", "birthday", "consents", "", "a.b", "\x7f",
]  # fmt: skip
KINDS = ["track", "identify", "page", "screen", "group", "alias"]

fields = st.sampled_from(FIELDS).map(json.dumps) | st.sampled_from(ESCAPES)
scalars = st.sampled_from([*NUMBERS, "true", "false", "null", *map(json.dumps, TEXTS), *ESCAPES])
nested = st.sampled_from([5, 100, 400, 2000]).map(lambda depth: "[" * depth + "]" * depth)
deep = st.sampled_from([5, 100, 400, 2000]).map(lambda depth: '{"a":' * depth + "1" + "}" * depth)


def text_of_object(pairs: list[tuple[str, str]]) -> str:
    """Write an object down; the same key may come twice."""
    return "{" + ",".join(f"{key}:{value}" for key, value in pairs) + "}"


def text_of_list(values: list[str]) -> str:
    """Write a list down."""
    return "[" + ",".join(values) + "]"


anything = st.recursive(
    scalars | nested | deep,
    lambda inner: (
        st.lists(inner, max_size=4).map(text_of_list)
        | st.lists(st.tuples(fields, inner), max_size=5).map(text_of_object)
    ),
    max_leaves=8,
)
"""Any JSON."""

looks_like_json = st.sampled_from(BROKEN)


def told(kind: str) -> dict[str, str]:
    """Return a call that is right, field by field as JSON text."""
    call = {
        "type": kind, "userId": "fuzzed", "anonymousId": "visitor", "event": "Order Completed", "groupId": "tea-house",
        "previousId": "former", "timestamp": "2026-11-20T01:00:00Z", "name": "Tea",
        "properties": {"order_id": "A-1", "total": 5000, "products": [{"sku": "tea", "quantity": 1, "price": 5000}]},
        "traits": {"name": "김하늘", "email": "fuzzed@example.com", "phone": "+82 10-1234-5678"},
    }  # fmt: skip
    return {json.dumps(field): json.dumps(value) for field, value in call.items()}


spoilt = st.dictionaries(fields, anything, max_size=3)
calls = st.builds(
    lambda kind, without, wrong, again: text_of_object(
        [
            *({field: value for field, value in told(kind).items() if field not in without} | wrong).items(),
            *again.items(),
        ]
    ),
    st.sampled_from(KINDS),
    st.sets(st.sampled_from(sorted(told("track"))), max_size=3),
    spoilt,
    spoilt,
)
"""A right call with some fields missing, some wrong and some twice."""
