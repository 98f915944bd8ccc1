"""A mail tells nobody but us that it is read."""

import re

from dangol.messaging.writing.mjml import to_html
from tests.messaging.making import BODY


def test_a_rendered_mail_loads_nothing_from_a_third_party() -> None:
    hosts = set(re.findall(r"https?://([^/\"')\s]+)", to_html(BODY)))
    assert hosts <= {"www.w3.org", "shop.example.com"}
