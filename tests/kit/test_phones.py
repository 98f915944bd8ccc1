"""Kept numbers are shown as people dial them."""

import pytest

from dangol.kit.phones import dialled


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+821023456789", "010-2345-6789"),
        ("+8227771234", "02-777-1234"),
        ("+82313334444", "031-333-4444"),
        ("+12125550100", "+1 212-555-0100"),
        ("+4915123456789", "+49 1512 3456789"),
        ("12", "12"),
        ("", ""),
    ],
)
def test_a_number_is_written_as_it_is_dialled(kept: str, shown: str) -> None:
    assert dialled(kept) == shown
