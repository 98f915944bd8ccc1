"""
The worker process: queued jobs, the inbox of events, the outbox of messages, the clock of recurring work, and devices.

Each part runs by itself; when one fails, it is logged and tried again while the others go on.
"""

import asyncio
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import connections
from procrastinate import App
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from dangol.config.readiness import STALLED_AFTER
from dangol.config.restored import settle_if_restored
from dangol.config.schedule import keep_time
from dangol.config.tracing import begin_tracing
from dangol.integrations.devices.operations import run_subscribers
from dangol.kit.jobs import put_aside
from dangol.messaging.operations import run_outbox
from dangol.tracking.operations import run_inbox
from dangol.workspaces.queries import served_workspaces

logger = logging.getLogger(__name__)

Part = Callable[..., None]

CONCURRENCY = 4
HEARTBEAT = 5.0
LATEST = 0.3
"""How many seconds late a job that was queued for a moment may begin."""
PAUSE_AFTER_FAILURE = 0.5
LONGEST_PAUSE = 20.0
LONGEST_END = STALLED_AFTER - HEARTBEAT - 1.0
"""
Seconds for finishing what is being done. A worker that ends gives no sign of life, and others soon take its jobs over:
by then it has to be gone.
"""


PARTS: tuple[tuple[str, Part], ...] = (
    ("inbox", run_inbox), ("outbox", run_outbox), ("clock", keep_time), ("devices", run_subscribers),
)  # fmt: skip


def work() -> None:
    """Work until SIGTERM or SIGINT; then begin nothing, finish what is being done, and return."""
    # What stands from the start stays: looking through all of it for garbage would hold every chunk of events up.
    gc.freeze()
    settle_if_restored()
    connections.close_all()
    end_tracing = begin_tracing("worker")
    stop = threading.Event()
    threads = [
        threading.Thread(target=keep_doing, args=(name, part), kwargs={"stop": stop}, name=name) for name, part in PARTS
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(work_jobs(stop))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        end_tracing()


def keep_doing(name: str, part: Part, *, stop: threading.Event) -> None:
    """Run one part until told to stop, again after every failure, the more patiently the more often it fails."""
    pause = PAUSE_AFTER_FAILURE
    while not stop.is_set():
        started = time.monotonic()
        try:
            part(stop=stop)
        except Exception:
            logger.exception("The %s stopped and is started again.", name)
        finally:
            connections.close_all()
        pause = PAUSE_AFTER_FAILURE if time.monotonic() - started > LONGEST_PAUSE else min(LONGEST_PAUSE, pause * 2)
        stop.wait(pause)


async def work_jobs(stop: threading.Event) -> None:
    """Run queued jobs until the process is asked to stop; jobs that are running may finish for a while."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        asked.set()
        leaving = threading.Timer(LONGEST_END, _leave)
        leaving.daemon = True
        leaving.start()

    for sent in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sent, end)
    ending = asyncio.create_task(asked.wait())
    while not asked.is_set():
        working = asyncio.create_task(_run_queue())
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        if asked.is_set():
            working.cancel()
        with suppress(asyncio.CancelledError):
            await _logged(working)
        if not asked.is_set():
            await asyncio.wait({ending}, timeout=PAUSE_AFTER_FAILURE)


def _leave() -> None:
    """End at once: what is being done is undone by the database, and the next worker does it."""
    logger.warning("What was not finished in %.0f s is left to the next worker.", LONGEST_END)
    os._exit(0)


async def _logged(working: "asyncio.Task[None]") -> None:
    try:
        await working
    except Exception:
        logger.exception("The job queue stopped and is started again.")


def make_queue() -> App:
    """
    Return procrastinate's application on connections of its own.

    The tasks keep pointing at Django's connection: a job that queues another does it in its own transaction.
    (`replace_connector`, which the documentation prefers, would move them off it.)
    """
    parameters = connector_params("default")
    queue = jobs_app.with_connector(
        PsycopgConnector(kwargs=parameters, min_size=1, max_size=CONCURRENCY + 2, timeout=10.0)
    )
    queue.worker_defaults = {"task_middleware": [*queue.worker_defaults["task_middleware"], _unless_suspended]}
    return queue


def _unless_suspended(run: Callable[[], Any], context: JobContext, _worker: Worker) -> Any:
    """Run a job, or put it aside while its workspace is suspended."""
    if served_workspaces().filter(pk=str(context.job.task_kwargs["workspace_id"])).exists():
        return run()
    return put_aside(context.job)


async def _run_queue() -> None:
    queue = make_queue()
    async with queue.open_async():
        rescuing = asyncio.create_task(_rescue_stalled(queue))
        try:
            await queue.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=LATEST,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED_AFTER,
            )
        finally:
            rescuing.cancel()


async def _rescue_stalled(queue: App) -> None:
    while True:
        with suppress(ConnectorException):
            await rescue_stalled_once(queue)
        await asyncio.sleep(HEARTBEAT)


async def rescue_stalled_once(queue: App) -> None:
    """Put the jobs of killed workers back in the queue: those whose worker gave no sign of life."""
    for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        logger.warning("Job %s was left by a killed worker and runs again.", job.task_name)
        try:
            await queue.job_manager.retry_job(job)
        except UniqueViolation:  # the same work waits already
            await queue.job_manager.finish_job(job, Status.FAILED, delete_job=True)
