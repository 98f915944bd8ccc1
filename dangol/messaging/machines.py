"""
How likely it is that a machine, and no human, opened or clicked.

Mail gateways follow every link, privacy proxies fetch every picture, and browsers load ahead. Each sign that stands in
the evidence has a probability of its own; together they are a noisy or. The evidence is stored, so that a better table
can judge the same reaction again.

* Apple Mail Privacy Protection fetches all pictures soon after delivery and calls itself `Mozilla/5.0`, nothing more.
* Google's and Yahoo's proxies fetch a picture when the mail is looked at, once, and hide who looks: mostly human.
* Link scanners (SafeLinks, Proofpoint, Mimecast, Barracuda, …) click within seconds of delivery, all links at once,
  the hidden one too, and often with HEAD.
"""

import re
from collections.abc import Mapping
from typing import Any

HUMAN_BELOW = 0.5
"""From this probability on, a reaction is a machine's and does not count."""

SCANNERS = re.compile(
    r"bot\b|crawl|spider|slurp|scan|preview|headless|phantomjs|safelinks|proofpoint|mimecast|barracuda|symantec|"
    r"trendmicro|fireeye|forcepoint|sophos|cloudmark|urldefense|zscaler|virustotal|netcraft|"
    r"python-|curl|wget|java/|okhttp|go-http|libwww|axios|node-fetch|httpclient|apache-http|ruby|perl|php",
    re.IGNORECASE,
)
PICTURE_PROXIES = re.compile(r"GoogleImageProxy|YahooMailProxy|DuckDuckGo-Email|kakao-mail|naver", re.IGNORECASE)
APPLE_PRIVACY_AGENT = "Mozilla/5.0"

AT_ONCE_SECONDS = 2.0
SOON_SECONDS = 10.0
BURST_SECONDS = 1.0


def machine_probability(kind: str, evidence: Mapping[str, Any]) -> float:
    """
    Return the probability, 0 to 1, that a machine did it.

    :param kind: `opened` or `clicked`; every other answer needs a human
    :param evidence: see `signs` for what is looked at
    """
    if kind not in {"opened", "clicked"}:
        return 0.0
    human = 1.0
    for probability in signs(kind, evidence).values():
        human *= 1.0 - probability
    return round(1.0 - human, 4)


def signs(kind: str, evidence: Mapping[str, Any]) -> dict[str, float]:
    """Return every sign of a machine that the evidence holds, with its own probability."""
    agent = str(evidence.get("agent", ""))
    found = {
        "agent": _of_agent(kind, agent),
        "head_request": 0.95 if evidence.get("method") == "HEAD" else 0.0,
        "loaded_ahead": 0.95 if evidence.get("ahead") else 0.0,
        "hidden_link": 0.99 if evidence.get("hidden") else 0.0,
        "many_links_at_once": 0.95 if evidence.get("burst") else 0.0,
        "right_after_sending": _of_haste(evidence.get("seconds")),
    }
    return {sign: probability for sign, probability in found.items() if probability}


def _of_agent(kind: str, agent: str) -> float:
    if PICTURE_PROXIES.search(agent):
        return 0.15 if kind == "opened" else 0.6
    if not agent:
        return 0.9
    if agent.strip() == APPLE_PRIVACY_AGENT:
        return 0.95
    return 0.95 if SCANNERS.search(agent) else 0.02


def _of_haste(seconds: object) -> float:
    if not isinstance(seconds, int | float):
        return 0.0
    if seconds < AT_ONCE_SECONDS:
        return 0.9
    return 0.3 if seconds < SOON_SECONDS else 0.0
