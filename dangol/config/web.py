"""The web processes: granian serves the ASGI application."""

import gc
import importlib
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from dangol.config.environment import data_directory, env_count
from dangol.config.tracing import begin_tracing
from dangol.kit.processes import die_with_parent

LONGEST_END = 10
"""Seconds in which requests under way are finished; who waits for a database that is gone is told so before."""


def serve(*, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; then take nothing new, and answer what is under way."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_folder_of_counts())
    server = Granian(
        "dangol.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=web_processes(),
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=LONGEST_END,
        url_path_prefix=None,
    )
    server.serve(target_loader=_load)


def _folder_of_counts() -> Path:
    """Return an empty folder in which the web processes count requests together."""
    folder = data_directory() / "counts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def web_processes() -> int:
    """Return how many processes answer at one address: `DANGOL_WEB_PROCESSES`, else one for each of two cores."""
    return env_count("DANGOL_WEB_PROCESSES", default=min(2, os.cpu_count() or 1))


def _load(target: str) -> Any:
    """Load the application in granian's child, which must not outlive granian."""
    die_with_parent(os.getppid())
    # WhiteNoise hands out every file in this way; they are small, and their names are kept by the browser.
    warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
    module, _, name = target.partition(":")
    application = getattr(importlib.import_module(module), name)
    begin_tracing("web")
    # What stands from the start stays: looking through all of it for garbage would hold some requests up for 0.2 s.
    gc.freeze()
    return application
