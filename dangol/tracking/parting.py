"""
A batch in parts, as it waits in the inbox: what only names people apart from what they did.

Naming somebody costs much more than an event, and nobody waits for it.
"""

import msgspec

from dangol.tracking.calls import BATCH, NAMES, batch_decoder

AT_ONCE = 100


class Kind(msgspec.Struct):
    """Of one call in a batch, what it is."""

    type: str = ""


kind_decoder = msgspec.json.Decoder(Kind)


def parted(call: str, body: bytes) -> list[tuple[str, bytes]]:
    """
    Part what only names people from the other calls of a batch, a hundred of them at a time.

    :param body: of the shape of a batch, if it is one
    """
    if call != BATCH or b'"identify"' not in body:
        return [(call, body)]
    batch = batch_decoder.decode(body)
    names: list[msgspec.Raw] = []
    others: list[msgspec.Raw] = []
    for raw in batch.batch:
        (names if _only_names(raw) else others).append(raw)
    parts = [(BATCH, others)] if others else []
    parts += [(NAMES, names[start : start + AT_ONCE]) for start in range(0, len(names), AT_ONCE)]
    return [(line, msgspec.json.encode(msgspec.structs.replace(batch, batch=part))) for line, part in parts]


def _only_names(raw: msgspec.Raw) -> bool:
    try:
        return kind_decoder.decode(raw).type == "identify"
    except msgspec.DecodeError:
        return False
