"""Reasons that a person does not want to be written to for."""

from django.db import models

from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.messaging.models.message import Message


class Mute(TenantModel):
    """One person and one topic: nothing that is sent for this topic reaches them. `message` is where they said so."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    topic_id = models.UUIDField()
    message = TenantForeignKey(Message, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "person", "topic_id"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.person_id} mutes {self.topic_id}"
