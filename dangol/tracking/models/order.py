"""Orders, read out of order events."""

from django.db import models

from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel

STANDING = models.Q(amount__gt=0) | models.Q(refunded=0)
"""Orders that count as purchases: of one that was given back whole nothing is left."""


class Order(TenantModel):
    """
    One purchase. A gift was bought by this person, not for this person.

    `amount` is what it is worth now: what was paid less what was given back, which is `refunded`.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    number = models.CharField(max_length=100)
    placed_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    refunded = models.DecimalField(max_digits=14, decimal_places=2, default=0, db_default=0)
    currency = models.CharField(max_length=3)
    item_count = models.PositiveIntegerField(default=0)
    is_gift = models.BooleanField(default=False)
    event_id = models.UUIDField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="order_number_once")]
        indexes = [
            models.Index(fields=["workspace", "person", "-placed_at"], name="order_of_person"),
            models.Index(fields=["workspace", "-placed_at"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(TenantModel):
    """One product in an order."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    price = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "order", "position"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name or self.sku}"


class Refund(TenantModel):
    """
    Something given back of the order with this number, which may arrive later than its refund.

    `key`: how its sender numbers it, else the event; a refund that is told twice counts once. No `amount`: all of it.
    """

    number = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    refunded_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    event_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number", "key"], name="refund_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.number}"
