"""A real dovecot on the loopback, from a folder of its own, with one mailbox in a Maildir."""

import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import free_port

PASSWORD = "correct-horse-battery"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = dangol-tests
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
first_valid_uid = 0
mail_location = maildir:{folder}/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@dataclass(frozen=True)
class RunningMailbox:
    """Where the mailbox is, on the network and on the disk."""

    port: int
    maildir: Path

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the mailbox as a delivery agent does."""
        name = f"{time.time_ns()}.dangol"
        draft = self.maildir / "tmp" / name
        draft.write_bytes(raw)
        draft.rename(self.maildir / "new" / name)

    def flags(self) -> list[str]:
        """Return the flags of all mails: what stands behind the comma in their file names."""
        files = [*(self.maildir / "cur").iterdir(), *(self.maildir / "new").iterdir()]
        return sorted(file.name.rpartition(",")[2] if "," in file.name else "" for file in files)


@contextmanager
def running_dovecot() -> Iterator[RunningMailbox]:
    """Start dovecot and yield its mailbox, which takes any user with the one password."""
    command = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    assert command, "dovecot is not installed: apt-get install dovecot-imapd (.ci/run does it)"
    folder = Path(tempfile.mkdtemp(prefix="dangol-dovecot-"))
    folder.chmod(0o755)
    port = free_port()
    box = RunningMailbox(port, folder / "Maildir")
    for part in ("cur", "new", "tmp"):
        (box.maildir / part).mkdir(parents=True)
    for owned in (box.maildir, *box.maildir.iterdir()):
        os.chown(owned, _reader().pw_uid, _reader().pw_gid)
    file = folder / "dovecot.conf"
    file.write_text(_configuration(folder, port))
    server = subprocess.Popen([command, "-F", "-c", str(file)])
    try:
        _wait_for(port, folder / "dovecot.log")
        yield box
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _configuration(folder: Path, port: int) -> str:
    me = pwd.getpwuid(os.geteuid())
    is_root = os.geteuid() == 0
    return CONFIGURATION.format(
        folder=folder,
        port=port,
        uid=_reader().pw_uid,
        gid=_reader().pw_gid,
        user="dovecot" if is_root else me.pw_name,
        group="dovecot" if is_root else str(me.pw_gid),
        login_user="dovenull" if is_root else me.pw_name,
        password=PASSWORD,
    )


def _reader() -> pwd.struct_passwd:
    """Return the user who owns the mail: dovecot never reads mail as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _wait_for(port: int, log: Path) -> None:

    deadline = time.monotonic() + 20
    while True:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=2).logout()
        except (OSError, imaplib.IMAP4.error):
            said = log.read_text() if log.exists() else ""
            assert time.monotonic() < deadline, f"dovecot did not start: {said}"
            time.sleep(0.05)
        else:
            return
