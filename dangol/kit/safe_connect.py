"""
Connections to servers that a customer names, without lending anybody our own network.

A name is resolved once, each address is judged, and the connection goes to the very address that was judged: a name
that answers differently a moment later gains nothing.
"""

import ipaddress
import socket
from collections.abc import Collection

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.ip_network("64:ff9b::/96")
METADATA = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "100.100.100.200/32", "fd00:ec2::/32")))
"""Where clouds answer with keys of the machine, beside the link-local network: open to nobody."""
FOUR_BYTES = 0xFFFFFFFF


class AddressRefused(OSError):
    """The name leads into a network that must be allowed first, or to an address that never is."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not reachable from here: its address is private")
        self.host = host


def checked_addresses(host: str, port: int, *, private_hosts: Collection[str] = ()) -> list[str]:
    """
    Return the addresses of a host to which a connection may go.

    :param private_hosts: names, in lower case, that may lead into a private network, beside the owner's `INSIDE_HOSTS`
    :raises AddressRefused: if there is none
    :raises OSError: if the name is not known
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[4][0]) for place in found))
    is_private_allowed = host.lower() in {*private_hosts, *settings.INSIDE_HOSTS}
    kept = [address for address in addresses if _may_be_reached(address, is_private_allowed=is_private_allowed)]
    if not kept:
        raise AddressRefused(host)
    return kept


def connected(host: str, port: int, *, timeout: float, private_hosts: Collection[str] = ()) -> socket.socket:
    """
    Return a socket that is connected to the host, after the address was judged.

    :param timeout: seconds, for each address and then for each wait on the socket
    :raises AddressRefused: see `checked_addresses`
    :raises OSError: if nobody answers
    """
    failure: OSError = AddressRefused(host)
    for address in checked_addresses(host, port, private_hosts=private_hosts):
        try:
            return socket.create_connection((address, port), timeout=timeout)
        except OSError as error:
            failure = error
    raise failure


def mail_connected(host: str, port: int, *, timeout: float) -> socket.socket:
    """Like `connected`, to a mail server: it may stand in a private network unless the owner keeps everybody out."""
    inside = [host.lower()] if settings.PRIVATE_SOURCES else []
    return connected(host, port, timeout=timeout, private_hosts=inside)


def _may_be_reached(text: str, *, is_private_allowed: bool) -> bool:
    address = _inner(ipaddress.ip_address(text.partition("%")[0]))
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if any(address in network for network in METADATA):
        return False
    return address.is_global or is_private_allowed


def _inner(address: Address) -> Address:
    """An IPv6 address that only wraps an IPv4 one is judged by what it wraps."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if wrapped is None and address in NAT64:
        wrapped = ipaddress.IPv4Address(int(address) & FOUR_BYTES)
    return wrapped or address
