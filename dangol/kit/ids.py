"""Row identifiers: UUIDv7, so that ids sort by the moment they were made."""

import os
import time
from uuid import UUID


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
