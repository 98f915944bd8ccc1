"""E-mail addresses of a desk, which several people read."""

ROLE_NAMES = frozenset((
    "info", "sales", "contact", "help", "support", "admin", "office", "hello", "team", "service", "services", "cs",
    "webmaster", "postmaster", "noreply", "no-reply", "marketing", "hr", "recruit", "jobs", "billing", "invoice",
    "account", "accounts", "accounting", "mail", "order", "orders", "shop", "store", "press", "pr", "reception",
    "booking", "reservation", "customer", "customerservice", "helpdesk", "newsletter", "partner", "partners", "tax",
    "master", "manager", "ceo",
))  # fmt: skip
"""What stands before the @ of an address that several people read."""


def is_role_address(address: str) -> bool:
    """Whether an e-mail address is read by several people: info@, sales@."""
    return address.partition("@")[0].partition("+")[0].lower() in ROLE_NAMES
