"""
A real postfix on the loopback, from a folder of its own: it relays to a server that refuses, and writes the reports.

Needs root, because postfix changes to its own user.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from dangol.integrations.mail_catcher import catcher
from tests.conftest import free_port

REFUSALS = {
    "nobody": "550 5.1.1 <{}>: Recipient address rejected: User unknown",
    "full": "552 5.2.2 <{}>: Mailbox is full",
    "busy": "450 4.2.1 <{}>: Try again later",
}
"""What the last server answers to addresses that begin with these words."""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mx.relay.example.com
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{sink_port}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions =
smtp_dns_support_level = disabled
smtp_tls_security_level = none
alias_maps =
alias_database =
local_recipient_maps =
notify_classes =
delay_warning_time = {warn_after}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
maximal_queue_lifetime = {give_up_after}
bounce_queue_lifetime = 30s
smtp_connect_timeout = 5s
default_destination_concurrency_failed_cohort_limit = 0
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Refuser(catcher.Keeper):
    """The last server: keeps what it takes, refuses by the table above."""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for word, answer in REFUSALS.items():
            if address.startswith(word):
                return answer.format(address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


@contextmanager
def running_postfix(*, sink_port: int, warn_after: str = "0s", give_up_after: str = "30s") -> Iterator[int]:
    """Start postfix and yield its port."""
    command = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
    assert command, "postfix is not installed: apt-get install postfix (.ci/run does it)"
    assert os.geteuid() == 0, "postfix can only be started by root: run this test as root, as .ci/run does"
    folder = Path(tempfile.mkdtemp(prefix="dangol-postfix-"))
    port = free_port()
    _configure(folder, port=port, sink_port=sink_port, warn_after=warn_after, give_up_after=give_up_after)
    subprocess.run([command, "-c", str(folder), "start"], check=True, capture_output=True)
    try:
        _wait_for(port)
        yield port
    finally:
        subprocess.run([command, "-c", str(folder), "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_mail(folder: Path, *, count: int = 1, seconds: float = 30) -> list[bytes]:
    """Return the mails in a folder once there are so many."""
    deadline = time.monotonic() + seconds
    while len(found := sorted(folder.rglob("*.eml"))) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} mails came within {seconds} seconds"
        time.sleep(0.05)
    return [path.read_bytes() for path in found]


def _configure(folder: Path, *, port: int, **values: object) -> None:
    folder.chmod(0o755)
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "main.cf").write_text(MAIN.format(folder=folder, **values))
    (folder / "master.cf").write_text(MASTER.format(port=port))


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "postfix did not start"
            time.sleep(0.05)
        else:
            return
