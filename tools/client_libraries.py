"""
Install the programs of other people that tests run beside the product: the client libraries of
tests/e2e/test_client_libraries.py and the S3 server of tests/s3_server.py.

Those of Python lie in folders of their own: they need older packages than the product does, and one of them older ones
than the others. Nothing is done that is done already.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.build_assets import find_node, install_packages  # noqa: E402 - the path comes first

PYTHON_LOCKS = ("client-libraries", "analytics-python", "s3-server")
NODE_FOLDER = ROOT / "tests" / "client_libraries"


def python_folder(lock: str) -> Path:
    """Where the packages of requirements/<lock>.txt are; put it on PYTHONPATH."""
    return Path(sys.prefix) / lock


def node() -> Path:
    """Return the program that runs the libraries for Node."""
    return find_node().program


def install_python_packages(lock: str) -> None:
    """Install exactly what the lock names."""
    requirements, folder = ROOT / "requirements" / f"{lock}.txt", python_folder(lock)
    stamp = folder / ".installed-from"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, "--target", str(folder), "--require-hashes", "-r", str(requirements)], check=True)
    stamp.write_text(wanted)


def main() -> int:
    """Install all of them."""
    for lock in PYTHON_LOCKS:
        install_python_packages(lock)
    install_packages(find_node(), NODE_FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
