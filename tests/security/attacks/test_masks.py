"""What a role may not read about people stays masked at every address, whichever row tells it."""

import pytest

from tests.conftest import signed_in
from tests.security.addresses import routes
from tests.security.walked import Town
from tests.security.walker import Walker

SECRETS = ("sol@hidden", "9876-5432", "98765432")


@pytest.mark.shows("8.2.3", "AC-05")
def test_no_address_tells_how_to_reach_somebody(town: Town, owner: Walker) -> None:
    """
    Every text of a row about a person holds an address and a number: of events, messages, stories, promises.

    Pages that open by a token are the person's own.
    """
    clerk = Walker(signed_in(town.clerk), town.clerk_key, town)
    pages = [route for route in routes() if "token" not in route.arguments]
    told = sum("sol@hidden" in owner.ask("GET", route).text for route in pages)
    steps = [clerk.ask("GET", route) for route in pages]
    wrong = [f"{step}: {secret}" for step in steps for secret in SECRETS if secret in step.text]
    assert told > 20, "nearly no page tells anything"
    assert not wrong, "\n".join(wrong)
