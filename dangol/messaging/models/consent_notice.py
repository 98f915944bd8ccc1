"""What we told people about their consent, as the law demands."""

from django.db import models

from dangol.customers.models import ConsentEntry, Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.messaging.enums import NoticeKind


class ConsentNotice(TenantModel):
    """
    One line of the ledger and one kind of notice: told once.

    `message_id` is the mail that tells it, which may tell of several lines; empty where no mail can reach the person.
    It is no link, because the proof outlives the mail. `run_id` is the mail's origin.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    entry = TenantForeignKey(ConsentEntry, on_delete=models.CASCADE)
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    at = models.DateTimeField()
    run_id = models.UUIDField()
    message_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "entry", "kind"], name="consent_notice_once")]
        indexes = [
            models.Index(fields=["workspace", "person", "-at"], name="consent_notice_of_person"),
            models.Index(fields=["workspace", "message_id"], name="consent_notice_of_message"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%F %T}"
