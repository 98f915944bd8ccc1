"""Making PDF files with typst, in a font that knows Korean."""

import json
from pathlib import Path
from typing import Any

import typst

import dangol.ui

HERE = Path(__file__).parent
FONTS = Path(dangol.ui.__path__[0]) / "static" / "dist" / "fonts" / "print"
"""Put there when the assets are built."""


def pdf_of(template: str, data: dict[str, Any]) -> bytes:
    """Return a template of this room, filled with data, as a PDF file. Data is never read as markup."""
    made: bytes = typst.compile(
        str(HERE / template), format="pdf", font_paths=[str(FONTS)], ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )  # fmt: skip
    return made
