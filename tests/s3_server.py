"""A real S3 server of other people: moto's, in a process of its own."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import httpx
from pyarrow import fs

from tools import client_libraries

LONGEST_START = 60


@dataclass(frozen=True)
class S3Server:
    """
    The server, as long as it runs.

    :param address: host and port
    """

    address: str

    def make_bucket(self, name: str) -> fs.S3FileSystem:
        """Make an empty bucket, and return what may look into it and delete it."""
        rights = {"allow_bucket_creation": True, "allow_bucket_deletion": True}
        system = fs.S3FileSystem(endpoint_override=self.address, scheme="http", region="us-east-1", **rights)
        system.create_dir(name)
        return system

    def place(self, folder: str) -> str:
        """Return the address of a folder in a bucket."""
        return place_at(self.address, folder)

    @contextmanager
    def closed_to_strangers(self) -> Iterator[None]:
        """Believe no keys for the length of a block."""
        self._believe("0")
        try:
            yield
        finally:
            self._believe("inf")

    def _believe(self, requests: str) -> None:
        httpx.post(f"http://{self.address}/moto-api/reset-auth", content=requests).raise_for_status()


def place_at(address: str, folder: str) -> str:
    """Return the address of a folder in a bucket, by way of this host and port."""
    return f"s3://{folder}?region=us-east-1&scheme=http&endpoint_override={address}"


@contextmanager
def running_s3_server() -> Iterator[S3Server]:
    """Run the server; everything in it is gone at the end."""
    client_libraries.install_python_packages("s3-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = os.environ | {"PYTHONPATH": str(client_libraries.python_folder("s3-server"))}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        until = time.monotonic() + LONGEST_START
        while not _answers(port) and time.monotonic() < until:
            time.sleep(0.1)
        yield S3Server(f"127.0.0.1:{port}")
        server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def line_to(address: str, *, cut_after: int) -> Iterator[str]:
    """Yield another address of a server, whose line is cut for good once it has carried so many bytes there."""
    host, _, port = address.partition(":")
    carried = 0

    def carry(source: socket.socket, target: socket.socket, *, counted: bool) -> None:
        nonlocal carried
        with suppress(OSError):
            while data := source.recv(65536):
                carried += len(data) if counted else 0
                if carried > cut_after:
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def answer() -> None:
        with suppress(OSError):
            while True:
                caller, _ = listening.accept()
                server = stack.enter_context(socket.create_connection((host, int(port))))
                stack.enter_context(caller)
                for source, target, counted in ((caller, server, True), (server, caller, False)):
                    threading.Thread(target=carry, args=(source, target), kwargs={"counted": counted}).start()

    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        stack.callback(lambda: listening.shutdown(socket.SHUT_RDWR))
        answering = threading.Thread(target=answer)
        answering.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
