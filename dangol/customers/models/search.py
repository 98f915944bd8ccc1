"""By which pieces people are found."""

from django.db import models


class SearchPiece(models.Model):
    """
    One pair of letters of a person's name, or the last four digits of the phone.

    Table `customers_searchpiece`, key (workspace, piece, person), is kept by triggers from `bigrams` and `phone`.
    Row-level security lets only leak-proof comparisons use an index: equality of text is one, "array contains" is not.
    """

    person = models.OneToOneField("customers.Person", on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    piece = models.TextField()

    class Meta:
        managed = False
        db_table = "customers_searchpiece"

    def __str__(self) -> str:
        return self.piece
