"""Directories that PostgreSQL's account can reach, which pytest's own (closed to others) are not."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_directory() -> Iterator[Path]:
    """Make a directory that other accounts may pass through, and remove it with what a link in it points at."""
    folder = Path(tempfile.mkdtemp(prefix="dangol-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for link in [path for path in folder.rglob("*") if path.is_symlink() and path.name == "postgres"]:
            shutil.rmtree(link.resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
