"""Nobody uses a server's address, typed by a customer, to reach what only this machine can reach."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from paho.mqtt.enums import CallbackAPIVersion
from pytest_django import Settings

from dangol.integrations.bounce_mailbox.operations import set_mailbox, try_mailbox
from dangol.integrations.data_sources import operations as sources
from dangol.integrations.data_sources.enums import Kind
from dangol.integrations.devices.subscribing import Access, SafeClient
from dangol.kit import safe_http
from dangol.kit.identity_providers import Client, OpenId, Question
from dangol.kit.safe_connect import AddressRefused, connected
from dangol.messaging.operations import save_sender, send_test
from tests.factories import NOW
from tests.messaging.servers import Sink, serving
from tests.people import Cast

INNER = [
    "127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001", "localhost", "::1", "::ffff:127.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "10.0.0.1", "100.64.0.1", "fd00::1",
    "169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "192.0.0.192", "100.100.100.200", "fd00:ec2::254",
    "0.0.0.0",  # noqa: S104 - refused here
]  # fmt: skip
METADATA = ["169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "192.0.0.192", "100.100.100.200",
            "fd00:ec2::254"]  # fmt: skip

Door = Callable[[Cast, str, int], object]


def _source(kind: Kind, place: Callable[[str, int], dict[str, Any]]) -> Door:
    """The button that tries a data source's connection."""

    def press(cast: Cast, host: str, port: int) -> object:
        source = sources.create_source(member=cast.admin, name=host, kind=kind, subject="people", now=NOW)
        sources.save_place(
            source=source, member=cast.admin, name=host, place=place(host, port) | {"port": port},
            secrets={"password": "x"}, is_private_allowed=True, now=NOW,
        )  # fmt: skip
        return sources.try_connection(source=source)

    return press


def _sql(dialect: str) -> Door:
    return _source(
        Kind.SQL,
        lambda host, _port: {
            "dialect": dialect, "host": host, "database": "x", "user": "x", "encryption": "none"
        },
    )  # fmt: skip


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _sender(security: str) -> Door:
    """The button that sends a test through the workspace's mail server."""

    def press(cast: Cast, host: str, port: int) -> None:
        values = {"name": "단골", "email": "shop@example.com", "host": host, "port": port, "security": security}
        sender = save_sender(member=cast.admin, values=values, now=NOW)
        send_test(sender=sender, to="jieun@example.com", member=cast.admin, now=NOW)

    return press


def _mailbox(security: str) -> Door:
    """The button that tries the mailbox of bounces."""

    def press(cast: Cast, host: str, port: int) -> object:
        place = {"host": host, "port": port, "security": security, "user": "x", "folder": "INBOX"}
        set_mailbox(member=cast.admin, place=place, password="x", now=NOW)
        return try_mailbox(workspace_id=cast.workspace.pk)

    return press


def _broker(_cast: Cast, host: str, port: int) -> object:
    """What the worker does with the broker of a workspace's devices."""
    client = SafeClient(CallbackAPIVersion.VERSION2)
    client.access = Access(uuid4(), uuid4(), uuid4(), host, port, False, False, "", "", "", "#")
    return client._create_socket_connection()


def _identity_provider(_cast: Cast, host: str, port: int) -> str:
    """What the sign-in page asks of a workspace's own provider."""
    client = Client(
        issuer=f"https://{_bracketed(host)}:{port}", client_id="x", client_secret="x",
        redirect_uri="https://crm.example.com/", is_private_allowed=False,
    )  # fmt: skip
    return OpenId(client).address(Question())


DOORS: dict[str, Door] = {
    "web service": _source(
        Kind.REST, lambda host, port: {"url": f"http://{_bracketed(host)}:{port}/", "host": host, "auth": "none"}
    ),
    "PostgreSQL": _sql("postgresql"),
    "MariaDB": _sql("mariadb"),
    "SFTP": _source(Kind.FILES, lambda host, _port: {"shelf": "sftp", "host": host, "user": "x", "folder": "/"}),
    "mail server": _sender("none"),
    "mail server in TLS": _sender("tls"),
    "mailbox": _mailbox("none"),
    "mailbox in TLS": _mailbox("tls"),
    "broker": _broker,
    "identity provider": _identity_provider,
}


@pytest.fixture
def trap() -> Iterator[tuple[int, list[Any]]]:
    """A service of this machine that nobody outside may reach; yield its port and who came."""
    came: list[Any] = []
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:

        def wait() -> None:
            while True:
                try:
                    line, address = listening.accept()
                except OSError:
                    return
                came.append(address)
                line.close()

        threading.Thread(target=wait, daemon=True).start()
        yield int(listening.getsockname()[1]), came
        listening.shutdown(socket.SHUT_RDWR)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def refusal(door: Door, cast: Cast, host: str, port: int) -> bool:
    """Whether the door refused because of where the address leads, and not only because nobody answered."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each room has words of its own
        door(cast, host, port)
    return any(isinstance(cause, AddressRefused) for cause in causes(raised.value))


@pytest.mark.shows("1.3.6", "AC-08")
@pytest.mark.parametrize("door", DOORS)
def test_no_door_leads_inside(door: str, inside: Cast, settings: Settings, trap: tuple[int, list[Any]]) -> None:
    settings.PRIVATE_SOURCES = False
    port, came = trap
    assert [host for host in INNER if not refusal(DOORS[door], inside, host, port)] == []
    assert came == []


@pytest.mark.shows("1.3.6", "AC-08")
@pytest.mark.parametrize("door", DOORS)
def test_the_keys_of_a_cloud_are_closed_even_where_private_networks_are_open(
    door: str, inside: Cast, settings: Settings
) -> None:
    settings.INSIDE_HOSTS = METADATA
    assert [host for host in METADATA if not refusal(DOORS[door], inside, host, 80)] == []


def test_the_owner_lets_one_mail_server_inside_be_used(inside: Cast, settings: Settings) -> None:
    settings.PRIVATE_SOURCES = False
    settings.INSIDE_HOSTS = ["127.0.0.1"]
    with serving(Sink()) as port:
        DOORS["mail server"](inside, "127.0.0.1", port)
        assert refusal(DOORS["mail server"], inside, "localhost", port)


@pytest.mark.shows("1.3.6", "AC-09")
def test_a_name_that_answers_differently_a_moment_later_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, tried = iter(["203.0.114.7", "127.0.0.1"]), []

    def resolve(_host: str, port: int, **_how: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], **_how: Any) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        connected("rebinding.example.com", 80, timeout=1)
    assert tried == [("203.0.114.7", 80)]
    with pytest.raises(AddressRefused):
        connected("rebinding.example.com", 80, timeout=1)
    assert tried == [("203.0.114.7", 80)]


@pytest.mark.shows("1.3.6", "AC-09")
@pytest.mark.parametrize("host", ["localhost", "127.1", "[::1]", "0x7f000001"])
def test_a_redirect_does_not_lead_inside(host: str, trap: tuple[int, list[Any]]) -> None:
    port, came = trap
    with socket.create_server(("127.0.0.1", 0)) as service:

        def answer() -> None:
            line, _address = service.accept()
            with line:
                line.recv(4096)
                line.sendall(
                    f"HTTP/1.1 302 Found\r\nLocation: http://{host}:{port}/\r\nContent-Length: 0\r\n\r\n".encode()
                )

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(AddressRefused):
            safe_http.get(f"http://127.0.0.1:{service.getsockname()[1]}/", headers={}, private_hosts={"127.0.0.1"})
    assert came == []
