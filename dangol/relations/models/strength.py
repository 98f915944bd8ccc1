"""One number for how strong a relationship is, and the buying rhythm behind it."""

from typing import Any

from django.db import models

from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel


class RhythmFit(TenantModel):
    """One fit of BG/NBD and Gamma-Gamma to a workspace's purchases. Times are in weeks."""

    fitted_at = models.DateTimeField()
    customer_count = models.PositiveIntegerField()
    r = models.FloatField()
    alpha = models.FloatField()
    a = models.FloatField()
    b = models.FloatField()
    log_likelihood = models.FloatField()
    p = models.FloatField(null=True)
    q = models.FloatField(null=True)
    v = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-fitted_at"], name="rhythm_fit_newest")]

    def __str__(self) -> str:
        return f"BG/NBD of {self.fitted_at:%F}"


class Strength(TenantModel):
    """
    Relationship strength 0–100 and its trend (points against 30 days before), with the parts it is made of.

    `alive` is the probability that the person is still a regular; `expected_orders` counts the next 90 days.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    score = models.PositiveSmallIntegerField()
    trend = models.SmallIntegerField(default=0)
    alive = models.FloatField(null=True)
    expected_orders = models.FloatField(null=True)
    expected_amount = models.FloatField(null=True)
    parts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    @property
    def former_score(self) -> int:
        """The score of 30 days before."""
        return self.score - self.trend

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "person"], name="strength_once")]
        indexes = [models.Index(fields=["workspace", "-score"], name="strength_best")]

    def __str__(self) -> str:
        return f"{self.score} ({self.trend:+d})"
