"""What browsers say they are, in words that their owner knows."""

BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"), ("Whale/", "Whale"), ("KAKAOTALK", "KakaoTalk"), ("Edg", "Edge"),
    ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
"""Most of them also name those that come later."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(agent: str) -> str:
    """Return browser and system, as in “Chrome · Windows”; what nobody knows, as it came, cut to 40 characters."""
    named = [next((name for mark, name in kind if mark in agent), "") for kind in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named)) or agent[:40]
