"""
Uploaded files of any size in pieces that end where a line ends, so that nobody ever holds a whole file in memory.

What is kept has one kind of line end and an encoding that contains ASCII; UTF-16 becomes UTF-8 on the way.
"""

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dangol.kit.text_files import UnreadableText, encoding_of

PIECE = 512 * 1024
LONGEST_LINE = 8 * 1024 * 1024
SAMPLE = 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file, from the line `first_line` on, which counts from 1."""

    first_line: int
    line_count: int
    content: bytes


def codec_of(encoding: str) -> str:
    """Return the encoding of a kept file that came in `encoding`."""
    return "utf-8" if encoding.startswith("utf-") else encoding


def head_of(blocks: Iterator[bytes]) -> bytes:
    """Take the first megabyte of a file from its blocks, or all of a shorter one."""
    head = b""
    for block in blocks:
        head += block
        if len(head) >= SAMPLE:
            break
    return head


def detected_encoding(head: bytes) -> str:
    """
    Return the encoding of a file from its first megabyte.

    :raises UnreadableText: if it is no text
    """
    if len(head) >= SAMPLE and not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in head:
        head = head[: head.rfind(b"\n") + 1] or head
    return encoding_of(head[: len(head) // 2 * 2] if b"\x00" in head else head)


class PieceCutter:
    """
    Cuts a stream of bytes. After the last piece `encoding` and `line_count` are known for certain.

    A file that begins in plain ASCII shows its encoding late: the first other byte decides.
    """

    def __init__(self, encoding: str, clean: Callable[[bytes], bytes], *, size: int = PIECE) -> None:
        self.encoding = encoding
        self.line_count = 0
        self._clean = clean
        self._size = size
        self._is_open = encoding == "utf-8"

    def cut(self, blocks: Iterable[bytes]) -> Iterator[Piece]:
        """
        Yield the pieces in order, each cleaned by `clean`.

        :raises UnreadableText: if a line is longer than eight megabytes, or bytes come that are no text
        """
        rest = b""
        for block in _normalised(_recoded(blocks, self.encoding)):
            rest += block
            while len(rest) >= self._size:
                end = rest.rfind(b"\n", 0, self._size) + 1 or rest.find(b"\n", self._size) + 1
                if not end:
                    if len(rest) > LONGEST_LINE:
                        raise UnreadableText
                    break
                yield self._piece(rest[:end])
                rest = rest[end:]
        if rest:
            yield self._piece(rest)

    def _piece(self, content: bytes) -> Piece:
        if self._is_open and not content.isascii():
            self.encoding, self._is_open = encoding_of(content), False
        lines = content.count(b"\n") + (not content.endswith(b"\n"))
        piece = Piece(self.line_count + 1, lines, self._clean(content))
        self.line_count += lines
        return piece


def _recoded(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if not encoding.startswith("utf-16"):
        first = True
        for block in blocks:
            yield block.removeprefix(BYTE_ORDER_MARK) if first else block
            first = False
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in blocks:
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


def _normalised(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """One kind of line end, and no zero bytes, which PostgreSQL cannot keep in text."""
    held = b""
    for block in blocks:
        content = held + block
        held = b"\r" if content.endswith(b"\r") else b""
        content = content[: len(content) - len(held)]
        if b"\r" in content:
            content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield content.replace(b"\x00", b"")
    if held:
        yield b"\n"
