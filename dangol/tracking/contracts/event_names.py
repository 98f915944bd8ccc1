"""What events are called: as the house calls them, else in everyday words, else as they are named."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

EVERYDAY: dict[str, str | Promise] = {
    "Order Completed": pgettext_lazy("event", "Order Completed"),
    "Order Refunded": pgettext_lazy("event", "Order Refunded"),
    "Order Cancelled": pgettext_lazy("event", "Order Cancelled"),
    "Product Viewed": pgettext_lazy("event", "Product Viewed"),
    "Product List Viewed": pgettext_lazy("event", "Product List Viewed"),
    "Products Searched": pgettext_lazy("event", "Products Searched"),
    "Product Added": pgettext_lazy("event", "Product Added"),
    "Product Removed": pgettext_lazy("event", "Product Removed"),
    "Cart Viewed": pgettext_lazy("event", "Cart Viewed"),
    "Checkout Started": pgettext_lazy("event", "Checkout Started"),
    "Coupon Applied": pgettext_lazy("event", "Coupon Applied"),
    "Product Reviewed": pgettext_lazy("event", "Product Reviewed"),
    "Signed Up": pgettext_lazy("event", "Signed Up"),
    "Signed In": pgettext_lazy("event", "Signed In"),
}
"""Of the events of the Segment e-commerce specification."""


class EventNames(dict[str, str]):
    """What the house calls its events, by their names, in one language. Others have everyday words, or their names."""

    def __missing__(self, name: str) -> str:
        return str(EVERYDAY.get(name, name))
