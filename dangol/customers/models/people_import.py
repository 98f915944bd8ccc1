"""A file on its way in: what it is, how it is read, what was wrong with it line by line, and what came of it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.customers.enums import ImportState, ImportTarget, ProblemCode
from dangol.kit.ids import uuid7
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel, TiedModel
from dangol.workspaces.models import Member


class PeopleImport(TenantModel):
    """
    One file. `next_line` is where a run resumes after a pause or a crash. `target` is an `ImportTarget`, or "record:"
    and the key of an own object.

    `header_line` 0 means that the file has no header. `options` holds the choices of the wizard. Everything that the
    run writes bears the moment `started_at` and is signed with `batch`, by which it is undone.
    """

    target = models.CharField(max_length=60, default=ImportTarget.PEOPLE)
    file_name = models.CharField(max_length=255)
    sheets: "models.JSONField[list[str]]" = models.JSONField(default=list)
    sheet = models.PositiveSmallIntegerField(default=0)
    encoding = models.CharField(max_length=30)
    delimiter = models.CharField(max_length=1)
    header_line = models.PositiveIntegerField(default=1)
    header: "models.JSONField[list[str]]" = models.JSONField(default=list)
    mapping: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    options: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    consent: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    byte_count = models.PositiveBigIntegerField(default=0)
    line_count = models.PositiveIntegerField(default=0)
    next_line = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    batch = models.UUIDField(default=uuid7)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"], name="people_import_newest")]

    def __str__(self) -> str:
        return self.file_name


class ImportPiece(TiedModel):
    """Some whole lines of a file, or of one sheet of it, as bytes. They go when the file is taken in."""

    people_import = TenantForeignKey(PeopleImport, on_delete=models.CASCADE)
    sheet = models.PositiveSmallIntegerField(default=0)
    first_line = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "people_import", "sheet", "first_line"], name="import_piece_once"
            )
        ]

    def __str__(self) -> str:
        return f"lines from {self.first_line} on"


class ImportProblem(MaskedTexts, TiedModel):
    """One line that was not taken, and why. The line's text is kept so that it can be mended."""

    people_import = TenantForeignKey(PeopleImport, on_delete=models.CASCADE)
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    column = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)

    masked_texts = ("text",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "people_import", "line", "code", "column"], name="import_problem_once"
            )
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"

    @property
    def label(self) -> str:
        """What is wrong, in the reader's language."""
        return str(ProblemCode(self.code).label)


class ImportStep(TenantModel):
    """
    What one chunk of a file made: the ids of new rows, so that an undo finds them without a mark on every row.

    `identities`, `relations`, `links`, `taggings` and `consents` are rows that were added to known ones; what
    belongs to new ones goes with them. The former values of known ones stand in the history, under the import's
    `batch`.
    """

    people_import = TenantForeignKey(PeopleImport, on_delete=models.CASCADE)
    next_line = models.PositiveIntegerField()
    people = ArrayField(models.UUIDField(), default=list)
    companies = ArrayField(models.UUIDField(), default=list)
    identities = ArrayField(models.UUIDField(), default=list)
    relations = ArrayField(models.UUIDField(), default=list)
    records = ArrayField(models.UUIDField(), default=list)
    links = ArrayField(models.UUIDField(), default=list)
    tags = ArrayField(models.UUIDField(), default=list)
    taggings = ArrayField(models.UUIDField(), default=list)
    consents = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "people_import", "next_line"], name="import_step_once")
        ]

    def __str__(self) -> str:
        return f"up to line {self.next_line}"


class ImportLeftover(MaskedTexts, TenantModel):
    """One record that an undo left as it is, because somebody touched it after the import."""

    people_import = TenantForeignKey(PeopleImport, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    object_id = models.UUIDField()
    label = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=60, blank=True)

    masked_texts = ("label",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "people_import", "kind", "object_id", "column"], name="import_leftover_once"
            )
        ]

    def __str__(self) -> str:
        return self.label or str(self.object_id)


class SavedMapping(TenantModel):
    """What the columns of a kind of file mean, by their titles, to be offered when such a file comes again."""

    name = models.CharField(max_length=100)
    target = models.CharField(max_length=60, default=ImportTarget.PEOPLE)
    meanings: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "target", "name"], name="saved_mapping_once")]

    def __str__(self) -> str:
        return self.name
