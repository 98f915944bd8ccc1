"""In which ways senders sign their webhooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scheme(models.TextChoices):
    """Whose way of signing it is. Each is one class in `signatures.py`."""

    STANDARD = "standard", _("Standard Webhooks (PortOne and others)")
    SHOPIFY = "shopify", _("Shopify")
    CAFE24 = "cafe24", _("Cafe24 (key in a header)")
    TOSS = "toss", _("Toss Payments")
    STRIPE = "stripe", _("Stripe, and those who sign like it")
    HEADER = "header", _("HMAC-SHA256 of the body in a header")
