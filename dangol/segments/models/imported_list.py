"""Lists of people that somebody brought along."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.customers.models import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class ImportedList(MaskedTexts, TenantModel):
    """E-mail addresses, phone or customer numbers, pasted or uploaded. `unknown` are the first nobody has."""

    name = models.CharField(max_length=120)
    given = models.PositiveIntegerField()
    unknown = ArrayField(models.CharField(max_length=320), default=list)
    created_by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    masked_texts = ("unknown",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="list_name_once")]

    def __str__(self) -> str:
        return self.name


class ListedPerson(TenantModel):
    """A person is on an imported list."""

    list = TenantForeignKey(ImportedList, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "list", "person"], name="listed_once")]
        indexes = [models.Index(fields=["workspace", "person"], name="lists_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.list_id}"
