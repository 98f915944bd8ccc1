"""Finding people: pieces of names behind row-level security, first consonants, and last seen with nulls last."""

import django.db.models.deletion
from django.db import migrations, models

from dangol.kit.tenant_models import security_statements

PIECES = """
CREATE TABLE customers_searchpiece (
    workspace_id uuid NOT NULL,
    piece text NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, piece, person_id)
);
CREATE INDEX customers_searchpiece_of_person ON customers_searchpiece (workspace_id, person_id);

CREATE FUNCTION customers_pieces(bigrams varchar[], phone text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT unnest(bigrams) UNION SELECT right(phone, 4) WHERE length(phone) > 4
$$;

CREATE FUNCTION customers_person_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_searchpiece (workspace_id, piece, person_id)
    SELECT DISTINCT person.workspace_id, piece, person.id
    FROM person, customers_pieces(person.bigrams, person.phone) AS piece;
    RETURN NULL;
END $$;

CREATE FUNCTION customers_person_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM customers_searchpiece WHERE workspace_id = NEW.workspace_id AND person_id = NEW.id;
    INSERT INTO customers_searchpiece (workspace_id, piece, person_id)
    SELECT NEW.workspace_id, piece, NEW.id FROM customers_pieces(NEW.bigrams, NEW.phone) AS piece;
    RETURN NULL;
END $$;

CREATE FUNCTION customers_person_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM customers_searchpiece s USING person WHERE s.workspace_id = person.workspace_id AND s.person_id = person.id;
    RETURN NULL;
END $$;

CREATE TRIGGER person_came AFTER INSERT ON customers_person
    REFERENCING NEW TABLE AS person FOR EACH STATEMENT EXECUTE FUNCTION customers_person_came();
CREATE TRIGGER person_renamed AFTER UPDATE OF bigrams, phone ON customers_person FOR EACH ROW
    WHEN (OLD.bigrams IS DISTINCT FROM NEW.bigrams OR OLD.phone IS DISTINCT FROM NEW.phone)
    EXECUTE FUNCTION customers_person_renamed();
CREATE TRIGGER person_left AFTER DELETE ON customers_person
    REFERENCING OLD TABLE AS person FOR EACH STATEMENT EXECUTE FUNCTION customers_person_left()
"""

NO_PIECES = """
DROP TABLE customers_searchpiece;
DROP FUNCTION customers_person_came, customers_person_renamed, customers_person_left CASCADE;
DROP FUNCTION customers_pieces
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="SearchPiece",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.person",
                    ),
                ),
                ("piece", models.TextField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="workspaces.workspace"
                    ),
                ),
            ],
            options={"db_table": "customers_searchpiece", "managed": False},
        ),
        migrations.RunSQL(PIECES, NO_PIECES),
        migrations.RunSQL(
            security_statements("customers_searchpiece", links=[], with_key=False), migrations.RunSQL.noop
        ),
        migrations.RemoveIndex("Person", "person_bigrams"),
        migrations.RemoveIndex("Person", "person_last_seen"),
        migrations.AddIndex("Person", models.Index(fields=["workspace", "initials"], name="person_by_initials")),
        migrations.AddIndex(
            "Person",
            models.Index(
                models.F("workspace"),
                models.OrderBy(models.F("last_seen_at"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="person_last_seen",
            ),
        ),
    ]
