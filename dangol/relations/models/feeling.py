"""What a person felt at a touchpoint."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from dangol.customers.models import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.relations.enums import FeelingSource
from dangol.workspaces.models import Member


class Feeling(MaskedTexts, TenantModel):
    """One measured feeling. Silence leaves no row: it is missing, never neutral."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    valence = models.SmallIntegerField(validators=[MinValueValidator(-2), MaxValueValidator(2)])
    intensity = models.SmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(3)])
    source = models.CharField(max_length=10, choices=FeelingSource.choices)
    touchpoint = models.CharField(max_length=100)
    evidence = models.TextField(blank=True)
    at = models.DateTimeField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)

    masked_texts = ("evidence",)

    class Meta:
        indexes = [models.Index(fields=["workspace", "person", "-at"], name="feeling_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valence__gte=-2, valence__lte=2), name="feeling_valence_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(intensity__gte=1, intensity__lte=3), name="feeling_intensity_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valence:+d} at {self.touchpoint}"
