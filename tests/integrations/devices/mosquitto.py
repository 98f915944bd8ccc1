"""A real Mosquitto on the loopback, which keeps its sessions in a folder of its own over restarts."""

import getpass
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.conftest import free_port
from tests.integrations.devices.certificates import Certificate

USER, PASSWORD = "dangol", "correct-horse-battery"
PATIENCE = 30.0

CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
persistence true
persistence_location {folder}/
max_queued_messages 0
user {user}
"""

ENCRYPTED = """
certfile {folder}/broker.pem
keyfile {folder}/broker.key
"""


class Mosquitto:
    """The broker, which can be stopped and started again."""

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        passwords = folder / "passwords"
        passwords.touch(mode=0o600)
        subprocess.run(["mosquitto_passwd", "-b", str(passwords), USER, PASSWORD], check=True)
        settings = CONFIGURATION.format(port=self.port, folder=folder, user=getpass.getuser())
        if certificate:
            settings += ENCRYPTED.format(folder=folder)
            (folder / "broker.pem").write_text(certificate.text)
            (folder / "broker.key").write_text(certificate.key)
        (folder / "mosquitto.conf").write_text(settings)

    def start(self) -> None:
        """Start, and return once it answers."""
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin") or "mosquitto"
        self._process = subprocess.Popen(
            [program, "-c", str(self._folder / "mosquitto.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise TimeoutError

    def stop(self) -> None:
        """Stop as a restart of the machine does: it writes its sessions down."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)

    @contextmanager
    def publisher(self, authority: str = "") -> Iterator[mqtt.Client]:
        """A device, which trusts this authority if the broker is encrypted."""
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        if authority:
            client.tls_set_context(ssl.create_default_context(cadata=authority))
        client.username_pw_set(USER, PASSWORD)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        try:
            yield client
        finally:
            client.disconnect()
            client.loop_stop()


@contextmanager
def running_mosquitto(folder: Path, certificate: Certificate | None = None) -> Iterator[Mosquitto]:
    """Yield a broker that runs, encrypted with the certificate if there is one."""
    broker = Mosquitto(folder, certificate)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
