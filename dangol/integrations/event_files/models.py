"""A file of past events on its way in, its lines, and what was wrong with them."""

from django.db import models

from dangol.customers.enums import ImportState
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.enums import DeadLetterCode
from dangol.tracking.models import Source
from dangol.workspaces.models import Member


class EventFile(TenantModel):
    """
    One file of a source. `next_line` is where the check or the run goes on after a pause or a crash.

    An empty `header` means that each line is a JSON object. `repeated_count`: lines that say what another says too.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    file_name = models.CharField(max_length=255)
    encoding = models.CharField(max_length=30)
    delimiter = models.CharField(max_length=1, blank=True)
    header: "models.JSONField[list[str]]" = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    byte_count = models.PositiveBigIntegerField(default=0)
    line_count = models.PositiveIntegerField(default=0)
    next_line = models.PositiveIntegerField(default=0)
    good_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    repeated_count = models.PositiveIntegerField(default=0)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "source", "-created_at"], name="event_file_newest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        """Whether its page has something to wait for."""
        return self.state in {ImportState.CHECKING, ImportState.RUNNING}

    @property
    def done_count(self) -> int:
        """How many lines were read."""
        return max(0, self.next_line - 1)


class EventFilePiece(TenantModel):
    """Some whole lines of a file, as bytes. They go when the file is taken in."""

    event_file = TenantForeignKey(EventFile, on_delete=models.CASCADE)
    first_line = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "event_file", "first_line"], name="event_file_piece_once")
        ]

    def __str__(self) -> str:
        return f"lines from {self.first_line} on"


class EventFileProblem(MaskedTexts, TenantModel):
    """One line that cannot be an event, and why."""

    event_file = TenantForeignKey(EventFile, on_delete=models.CASCADE)
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)

    masked_texts = ("detail", "text")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "event_file", "line"], name="event_file_problem_once")
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"

    @property
    def label(self) -> str:
        """What is wrong, in the reader's language."""
        return str(DeadLetterCode(self.code).label)
