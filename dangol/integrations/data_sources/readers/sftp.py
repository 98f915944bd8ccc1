"""Files over SFTP. The server's key is pinned when it is first seen; another key is refused from then on."""

import asyncio
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

import asyncssh
from django.utils.translation import gettext as _

from dangol.integrations.data_sources.contracts import Place, SourceRefuses, SourceTrouble, SourceUnreachable
from dangol.integrations.data_sources.readers.sql_trouble import private_address
from dangol.kit.safe_connect import AddressRefused, connected

CONNECT_SECONDS = 15
IDLE_SECONDS = 60
PIECE = 256 * 1024


def host_key_of(place: Place) -> str:
    """
    Return the key that the server shows now, as one line of OpenSSH.

    :raises SourceTrouble: if nobody answers
    """
    with _told(place), asyncio.Runner() as runner:
        key = runner.run(_host_key(place))
    if key is None:
        raise SourceUnreachable(_("The SSH server shows no key."))
    return key.export_public_key().decode().strip()


def fingerprint(host_key: str) -> str:
    """Return a key's SHA-256 as `ssh-keygen -l` shows it."""
    return asyncssh.import_public_key(host_key).get_fingerprint()


@contextmanager
def opened(place: Place) -> Iterator["Sftp"]:
    """Connect, sign in and open the folder."""
    with _told(place), asyncio.Runner() as runner:
        connection = runner.run(_connection(place))
        try:
            client = runner.run(_client(connection))
            yield Sftp(runner, client, str(place.where.get("folder") or "."))
        finally:
            connection.close()
            runner.run(connection.wait_closed())


class Sftp:
    """The files of one folder of the server."""

    def __init__(self, runner: asyncio.Runner, client: asyncssh.SFTPClient, folder: str) -> None:
        self._runner = runner
        self._client = client
        self._folder = folder.rstrip("/") or "/"

    def listed(self) -> list[tuple[str, int, int]]:
        found = self._runner.run(self._client.readdir(self._folder))
        return [
            (str(entry.filename), int(entry.attrs.mtime or 0), int(entry.attrs.size or 0))
            for entry in found
            if stat.S_ISREG(entry.attrs.permissions or 0)
        ]

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with tempfile.TemporaryFile() as file:
            self._runner.run(self._fetched(name, file))
            file.seek(0)
            yield file

    async def _fetched(self, name: str, into: IO[bytes]) -> None:
        async with self._client.open(f"{self._folder}/{name}", "rb") as file:
            while piece := await asyncio.wait_for(file.read(PIECE), IDLE_SECONDS):
                into.write(cast("bytes", piece))


async def _connection(place: Place) -> asyncssh.SSHClientConnection:
    pinned = str(place.where.get("host_key") or "")
    if not pinned:
        raise SourceRefuses(_("Try the connection first: then the server's key is seen and kept."))
    private = place.secrets.get("private_key", "")
    keys = [asyncssh.import_private_key(private, place.secrets.get("passphrase") or None)] if private else None
    return await asyncio.wait_for(
        asyncssh.connect(
            place.where["host"],
            int(place.where["port"]),
            sock=_line(place),
            username=place.where["user"],
            password=place.secrets.get("password") or None,
            client_keys=keys,
            known_hosts=([asyncssh.import_public_key(pinned)], [], []),
            config=None,
            agent_path=None,
            keepalive_interval=IDLE_SECONDS // 2,
        ),
        CONNECT_SECONDS,
    )


async def _client(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await connection.start_sftp_client()


async def _host_key(place: Place) -> asyncssh.SSHKey | None:
    asked: Any = asyncssh.get_server_host_key(
        place.where["host"], int(place.where["port"]), sock=_line(place), config=None
    )
    key: asyncssh.SSHKey | None = await asyncio.wait_for(asked, CONNECT_SECONDS)
    return key


def _line(place: Place) -> socket.socket:
    host, port = place.where["host"], int(place.where["port"])
    line = connected(host, port, timeout=CONNECT_SECONDS, private_hosts=place.private_hosts)
    line.setblocking(False)
    return line


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Say in plain words what SSH says in its own."""
    told = {"host": place.where["host"], "port": place.where["port"], "folder": place.where.get("folder") or "."}
    try:
        yield
    except AddressRefused as error:
        raise private_address(told["host"]) from error
    except asyncssh.HostKeyNotVerifiable as error:
        raise SourceRefuses(
            _("%(host)s shows another key than the one that was kept. If the server was renewed, forget the old key.")
            % told
        ) from error
    except asyncssh.PermissionDenied as error:
        raise SourceRefuses(_("The SSH server did not accept the user name, the password or the key.")) from error
    except asyncssh.KeyImportError as error:
        raise SourceRefuses(_("The private key cannot be read, or its passphrase is wrong.")) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise SourceRefuses(_("There is no folder %(folder)s on the server.") % told) from error
    except asyncssh.SFTPPermissionDenied as error:
        raise SourceRefuses(_("This user may not read the folder %(folder)s.") % told) from error
    except SourceTrouble:
        raise
    except socket.gaierror as error:
        raise SourceUnreachable(_("There is no server named %(host)s. Check its name.") % told) from error
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise SourceUnreachable(
            _("Nobody answers at %(host)s, port %(port)s, or the line broke. What was said: %(said)s")
            % (told | {"said": str(error)[:200] or type(error).__name__})
        ) from error
