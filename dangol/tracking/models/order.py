"""Orders, read out of order events."""

from django.db import models

from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel


class Order(TenantModel):
    """One purchase. A gift was bought by this person, not for this person."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    number = models.CharField(max_length=100)
    placed_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
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
