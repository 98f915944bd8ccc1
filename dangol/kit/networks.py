"""Addresses and networks as people write them."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network


def network_of(text: str) -> str:
    """
    Return an address or network in its one spelling, as in `198.51.100.0/24`; one address is a network of its own.

    :raises ValueError: if it is neither
    """
    return str(ip_network(text.strip(), strict=False))


def lies_in(address: str, networks: Iterable[str]) -> bool:
    """Whether the address belongs to one of the networks. What is no address belongs to none."""
    try:
        place = ip_address(address)
    except ValueError:
        return False
    if isinstance(place, IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    return any(place in ip_network(network) for network in networks)
