"""
All checks, in one run: `bin/test` calls this after setting up.

Starts a throw-away PostgreSQL for the tests and always stops it. Runs every step, then names those that failed.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dangol.config.upgrade import compile_messages  # noqa: E402 - the path comes first
from dangol.kit.embedded_postgres import EmbeddedPostgres  # noqa: E402 - the path comes first
from dangol.kit.errors import UnableToStart  # noqa: E402 - the path comes first

PYTHON = sys.executable
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
Step = tuple[str, Sequence[str]]

STATIC_STEPS: tuple[Step, ...] = (
    ("lint", (PYTHON, "-m", "ruff", "check", "--quiet", ".")),
    ("format", (PYTHON, "-m", "ruff", "format", "--check", "--quiet", ".")),
    ("types", (PYTHON, "-m", "mypy")),
    ("import contracts", (str(Path(PYTHON).with_name("lint-imports")),)),
    ("house rules", (PYTHON, "tools/house_rules.py")),
    ("messages", (PYTHON, "tools/messages.py", "check")),
    ("security table", (PYTHON, "tools/security_table.py", "--check")),
    ("front end", (PYTHON, "tools/build_assets.py", "--check")),
)
PYTEST = (PYTHON, "-m", "pytest", "-q", "--durations=8", "--durations-min=5")
FAST_TESTS: Step = ("tests", (*PYTEST, "-n", "2", "-m", "not browser and not faults"))
SLOW_TESTS: Step = ("browser and fault tests", (*PYTEST, "-n", "2", "--dist", "loadfile", "-m", "browser or faults"))


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; return 0 when all of it passed."""
    if arguments[:1] == ["--"]:
        steps: tuple[Step, ...] = (("tests", (*PYTEST, *arguments[1:])),)
    elif list(arguments) == ["fast"]:
        steps = (*STATIC_STEPS, FAST_TESTS)
    elif not arguments:
        _refuse_without_browser()
        steps = (*STATIC_STEPS, FAST_TESTS, SLOW_TESTS)
    else:
        sys.exit(
            f"Unknown arguments {' '.join(arguments)}: use bin/test, bin/test fast, or bin/test -- PYTEST-ARGUMENTS."
        )
    compile_messages(ROOT / "locale")
    try:
        with throw_away_postgres() as url:
            failed = [name for name, command in steps if not _passes(name, command, url)]
    except UnableToStart as refusal:
        sys.exit(str(refusal))
    print("\nFAILED: " + ", ".join(failed) if failed else "\nEverything passed.")
    return 1 if failed else 0


@contextmanager
def throw_away_postgres() -> Iterator[str]:
    """Run a cluster that nobody will miss; yield its superuser's address."""
    with tempfile.TemporaryDirectory(prefix="dangol-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        password = secrets.token_hex(16)
        cluster = EmbeddedPostgres(Path(folder) / "postgres", password=password, port=_free_port(), durable=False)
        try:
            cluster.start()
            yield cluster.url()
        finally:
            cluster.stop()


def _passes(name: str, command: Sequence[str], url: str) -> bool:
    print(f"── {name}", flush=True)
    started = time.monotonic()
    environment = os.environ | {"DANGOL_TEST_POSTGRES": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    for inherited in ("DATABASE_URL", "DATABASE_RUNTIME_URL", "DATABASE_OWNER_URL", "DANGOL_DATA", "DANGOL_DB_ROLE"):
        environment.pop(inherited, None)
    passed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    print(f"   {'ok' if passed else 'FAILED'} ({time.monotonic() - started:.0f} s)", flush=True)
    return passed


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refuse_without_browser() -> None:
    if not any(shutil.which(name) for name in BROWSERS):
        sys.exit(
            "The browser tests need Chromium: install it (Debian: apt-get install chromium), or run `bin/test "
            "fast`.\n"
            "브라우저 테스트에는 Chromium이 필요합니다. 설치하거나(Debian: apt-get install chromium) `bin/test "
            "fast`를 실행해 주십시오."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
