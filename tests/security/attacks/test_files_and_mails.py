"""Workbooks that read other files or grow, and names that would be headers of a mail."""

import email
import email.policy
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dangol.kit.sheets import UnreadableWorkbook, read_workbook
from dangol.messaging.writing.compiled import Rendered
from dangol.messaging.writing.mime import Envelope, build_mail

SMUGGLED = "김하늘\r\nBcc: lee@example.com\r\n\r\n<script>"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK}"/></Types>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))


def workbook(path: Path, *, prologue: str, text: str) -> Path:
    """Make a workbook of one cell."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="one" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{prologue}<worksheet xmlns="{MAIN}"><sheetData><row r="1">'
        f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def cells(path: Path, folder: Path) -> str:
    """Return all that a workbook is read as."""
    return "".join(sheet.path.read_text(encoding="utf-8") for sheet in read_workbook(path, folder))


@pytest.mark.shows("1.5.1", "AC-10")
@pytest.mark.parametrize(
    "entities", ['<!ENTITY a9 SYSTEM "file:///etc/passwd">', '<!ENTITY a0 "ha">' + LAUGHS], ids=["reads", "laughs"]
)
def test_a_workbook_reads_no_other_file_and_does_not_grow(tmp_path: Path, entities: str) -> None:
    assert cells(workbook(tmp_path / "plain.xlsx", prologue="", text="ha"), tmp_path) == "ha\n"
    hostile = workbook(tmp_path / "one.xlsx", prologue=f"<!DOCTYPE x [{entities}]>", text="&a9;")
    try:
        found = cells(hostile, tmp_path)
    except UnreadableWorkbook as refusal:
        found = str(refusal)
    assert "root:" not in found
    assert len(found) < 1000


@pytest.mark.shows("1.3.11", "AC-16")
def test_no_name_becomes_a_header() -> None:
    envelope = Envelope(
        sender_name=SMUGGLED,
        sender_email="shop@example.com",
        to_name=SMUGGLED,
        to_email="haneul@example.com",
        message_id="<1@example.com>",
        date=datetime(2026, 11, 22, tzinfo=UTC),
        headers={"List-Unsubscribe": "<https://example.com>\r\nBcc: lee@example.com"},
    )
    mail = build_mail(envelope, Rendered(subject=SMUGGLED, html="<p>안녕</p>", text="안녕"))
    read = email.message_from_bytes(mail, policy=email.policy.default)
    assert read["Bcc"] is None
    assert "lee@example.com" not in [address.addr_spec for name in ("From", "To") for address in read[name].addresses]
    assert read["Subject"].startswith("김하늘")
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
