"""Which addresses a customer's name may lead to."""

import pytest

from dangol.kit.safe_connect import AddressRefused, checked_addresses, connected


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_the_public_network_is_open(address: str) -> None:
    assert checked_addresses(address, 443) == [address]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "100.64.0.1", "::1", "fd00::1", "::ffff:127.0.0.1",
     "64:ff9b::7f00:1", "2002:7f00:1::"],
)  # fmt: skip
def test_private_networks_are_open_only_when_allowed(address: str) -> None:
    with pytest.raises(AddressRefused):
        checked_addresses(address, 443)
    with pytest.raises(AddressRefused):
        checked_addresses(address, 443, private_hosts={"other.example.com"})
    assert checked_addresses(address, 443, private_hosts={address}) == [address]


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "0.0.0.0", "224.0.0.1", "::", "fe80::1", "::ffff:169.254.169.254"],  # noqa: S104 - refused here
)
def test_some_addresses_never_are(address: str) -> None:
    with pytest.raises(AddressRefused):
        checked_addresses(address, 80, private_hosts={address})


def test_a_name_is_judged_by_where_it_leads() -> None:
    with pytest.raises(AddressRefused):
        connected("localhost", 80, timeout=1)
