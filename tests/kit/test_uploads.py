"""What may come in as a file: its size, whether it is what its name says, and what the scanner says."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from dangol.kit.malware import UnableToTrustFile, refuse_malware
from dangol.kit.uploads import Upload

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PROGRAM = b"MZ\x90\x00\x03\x00"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def taken(name: str, content: bytes) -> bool:
    try:
        file = Upload(most_bytes=1024**2).clean(SimpleUploadedFile(name, content))
    except ValidationError:
        return False
    return bool(file.read() == content)


@pytest.mark.shows("5.2.2")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", PNG),
        ("PHOTO.PNG", PNG),
        ("people.csv", "이름,전화\n".encode()),
        ("people.csv", "이름,전화\n".encode("cp949")),
        ("people.txt", "이름".encode("utf-16")),
        ("contract.pdf", b"%PDF-1.7\n"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("whatever", PROGRAM),
    ],
)
def test_files_that_are_what_their_name_says_are_taken_whole(name: str, content: bytes) -> None:
    assert taken(name, content)


@pytest.mark.shows("5.2.2", "AC-11")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"<svg onload=alert(1)>"),
        ("photo.png", PROGRAM),
        ("photo.jpg", PNG),
        ("contract.pdf", b"<html><script>alert(1)</script>"),
        ("contract.php.pdf", b"<?php phpinfo();"),
        ("people.csv", PNG),
        ("people.csv", b"PK\x03\x04 a workbook"),
        ("people.xlsx", b"name,phone\n"),
        ("old.xls", b"PK\x03\x04"),
        ("polyglot.gif", b"%PDF-1.7 GIF89a"),
    ],
)
def test_files_that_are_something_else_are_refused(name: str, content: bytes) -> None:
    assert not taken(name, content)


@pytest.mark.shows("5.2.1")
def test_a_file_may_not_be_larger_than_its_place_takes() -> None:
    assert taken("notes.txt", b"x" * 1024**2)
    assert not taken("notes.txt", b"x" * (1024**2 + 1))


@contextmanager
def scanner(answer: bytes, *, where: Path | None = None) -> Iterator[tuple[str, bytearray]]:
    """A server that speaks clamd's INSTREAM; yield its address, and what it was shown."""
    shown = bytearray()
    family, place = (socket.AF_UNIX, str(where)) if where else (socket.AF_INET, ("127.0.0.1", 0))
    with socket.socket(family) as listening:
        listening.bind(place)
        listening.listen()

        def serve() -> None:
            line, _address = listening.accept()
            with line, line.makefile("rb") as told:
                assert told.read(10) == b"zINSTREAM\0"
                while length := struct.unpack("!L", told.read(4))[0]:
                    shown.extend(told.read(length))
                line.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield str(where) if where else f"127.0.0.1:{listening.getsockname()[1]}", shown
        thread.join(5)


def test_a_clean_file_is_shown_to_the_scanner_whole(settings: Settings) -> None:
    content = b"name,phone\n" * 20_000
    with scanner(b"stream: OK\0") as (settings.CLAMD, shown):
        assert taken("people.csv", content)
    assert bytes(shown) == content


def test_the_scanner_may_listen_at_a_socket(settings: Settings, tmp_path: Path) -> None:
    with scanner(b"stream: OK\0", where=tmp_path / "clamd") as (settings.CLAMD, shown):
        refuse_malware([b"one", b"two"])
    assert bytes(shown) == b"onetwo"


def test_malware_is_refused(settings: Settings) -> None:
    with scanner(b"stream: Eicar-Test-Signature FOUND\0") as (settings.CLAMD, shown):
        assert not taken("notes.txt", EICAR)
    assert bytes(shown) == EICAR


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK but"])
def test_any_other_answer_is_a_no(settings: Settings, answer: bytes) -> None:
    with scanner(answer) as (settings.CLAMD, _shown), pytest.raises(UnableToTrustFile):
        refuse_malware([b"x"])


def test_nothing_is_taken_while_the_scanner_is_away(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        settings.CLAMD = f"127.0.0.1:{nobody.getsockname()[1]}"
    with pytest.raises(UnableToTrustFile, match="cannot be checked for malware now"):
        refuse_malware([b"x"])
    settings.CLAMD = "/nowhere/clamd.ctl"
    assert not taken("notes.txt", b"x")
