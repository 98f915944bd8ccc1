"""Custom fields and custom objects: definitions, the side table that triggers keep, records, their links and files."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import HideTrash, SecureTenantTable, security_statements

VALUES = r"""
CREATE TABLE customers_fieldvalue (
    workspace_id uuid NOT NULL,
    definition_id uuid NOT NULL,
    record_id uuid NOT NULL,
    place smallint NOT NULL,
    words text,
    number double precision,
    link uuid,
    once text,
    PRIMARY KEY (workspace_id, definition_id, record_id, place)
);
CREATE INDEX customers_fieldvalue_words ON customers_fieldvalue (workspace_id, definition_id, words, record_id)
    WHERE words IS NOT NULL;
CREATE INDEX customers_fieldvalue_number ON customers_fieldvalue (workspace_id, definition_id, number, record_id)
    WHERE number IS NOT NULL;
CREATE INDEX customers_fieldvalue_link ON customers_fieldvalue (workspace_id, link, definition_id, record_id)
    WHERE link IS NOT NULL;
CREATE INDEX customers_fieldvalue_record ON customers_fieldvalue (workspace_id, record_id);
CREATE UNIQUE INDEX customers_fieldvalue_once ON customers_fieldvalue (workspace_id, definition_id, once)
    WHERE once IS NOT NULL;
CREATE INDEX customers_fielddefinition_indexed ON customers_fielddefinition (workspace_id, object) WHERE is_indexed;
CREATE INDEX customers_customrecord_in_trash ON customers_customrecord (workspace_id, deleted_at)
    WHERE deleted_at IS NOT NULL;

-- What the side table keeps of one value. It never raises: anybody may have sent anything into `fields`.
CREATE FUNCTION customers_field_values(kind text, value jsonb)
RETURNS TABLE (place smallint, words text, number double precision, link uuid) LANGUAGE sql IMMUTABLE AS $$
    SELECT made.* FROM (
        SELECT (item.ordinality - 1)::smallint,
            CASE
                WHEN kind IN ('text', 'url', 'choice', 'choices', 'boolean') THEN nullif(lower(left(item.text, 501)), '')
                WHEN kind = 'date' THEN substring(item.text FROM '^[0-9]{4}-[0-9]{2}-[0-9]{2}')
            END,
            CASE
                WHEN kind IN ('number', 'money') AND item.text ~ '^-?[0-9]{1,15}(\.[0-9]{1,9})?$'
                THEN item.text::double precision
            END,
            CASE
                WHEN kind IN ('person', 'company', 'record')
                    AND item.text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
                THEN item.text::uuid
            END
        FROM jsonb_array_elements_text(
            CASE jsonb_typeof(value) WHEN 'array' THEN value WHEN 'object' THEN '[]' ELSE jsonb_build_array(value) END
        ) WITH ORDINALITY AS item(text, ordinality)
        WHERE item.ordinality <= 200 AND (kind = 'choices' OR jsonb_typeof(value) <> 'array')
    ) AS made(place, words, number, link)
    WHERE made.words IS NOT NULL OR made.number IS NOT NULL OR made.link IS NOT NULL
$$;
"""

# A second holder of a unique value is kept without `once`, so that what customers do is never refused for a field;
# operations of members set `dangol.fields` to "strict" and are refused.
KEEP = """
    EXECUTE $keep$
        INSERT INTO customers_fieldvalue (workspace_id, definition_id, record_id, place, words, number, link, once)
        SELECT d.workspace_id, d.id, came.id, v.place, v.words, v.number, v.link,
            CASE WHEN d.is_unique THEN coalesce(v.words, v.number::text, v.link::text) END
        FROM {came}, LATERAL customers_field_values(d.kind, came.fields -> d.key) AS v
        ON CONFLICT DO NOTHING
    $keep$;
    EXECUTE $keep$
        WITH doubled AS (
            INSERT INTO customers_fieldvalue (workspace_id, definition_id, record_id, place, words, number, link)
            SELECT d.workspace_id, d.id, came.id, v.place, v.words, v.number, v.link
            FROM {came}, LATERAL customers_field_values(d.kind, came.fields -> d.key) AS v
            WHERE d.is_unique
            ON CONFLICT DO NOTHING
            RETURNING workspace_id, definition_id
        )
        SELECT d.key
        FROM doubled JOIN customers_fielddefinition d ON d.workspace_id = doubled.workspace_id AND d.id = definition_id
        LIMIT 1
    $keep$ INTO doubled_key;
    IF doubled_key IS NOT NULL AND current_setting('dangol.fields', true) = 'strict' THEN
        RAISE EXCEPTION 'a unique field has this value already'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'customers_fieldvalue_once', DETAIL = doubled_key;
    END IF;
"""

# EXECUTE plans anew each time. A plan kept from an update of one row would join twenty thousand to twenty thousand row by
# row; and an EXISTS over two such tables is planned as if its answer were yes, hence bool_or.
TRIGGERS = """
CREATE FUNCTION customers_{name}_fields_came() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE doubled_key text;
BEGIN
    IF NOT EXISTS (SELECT FROM customers_fielddefinition d WHERE d.is_indexed AND {own}) THEN RETURN NULL; END IF;
    {keep_new}
    RETURN NULL;
END $$;

CREATE FUNCTION customers_{name}_fields_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE doubled_key text; differs boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM customers_fielddefinition d WHERE d.is_indexed AND {own}) THEN RETURN NULL; END IF;
    EXECUTE $q$
        SELECT bool_or(came.fields IS DISTINCT FROM went.fields) FROM came JOIN went ON went.id = came.id
    $q$ INTO differs;
    IF differs IS NOT TRUE THEN RETURN NULL; END IF;
    EXECUTE $q$
        DELETE FROM customers_fieldvalue f USING {changed}
        WHERE f.workspace_id = d.workspace_id AND f.definition_id = d.id AND f.record_id = came.id
    $q$;
    {keep_changed}
    RETURN NULL;
END $$;

CREATE FUNCTION customers_{name}_fields_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE $q$
        DELETE FROM customers_fieldvalue f USING went WHERE f.workspace_id = went.workspace_id AND f.record_id = went.id
    $q$;
    RETURN NULL;
END $$;

CREATE TRIGGER fields_came AFTER INSERT ON customers_{name}
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION customers_{name}_fields_came();
CREATE TRIGGER fields_changed AFTER UPDATE ON customers_{name}
    REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT
    EXECUTE FUNCTION customers_{name}_fields_changed();
CREATE TRIGGER fields_left AFTER DELETE ON customers_{name}
    REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION customers_{name}_fields_left();
"""


def triggers(name: str, own: str, definitions: str) -> str:
    came = f"came {definitions}"
    changed = f"{came} JOIN went ON went.id = came.id AND went.fields -> d.key IS DISTINCT FROM came.fields -> d.key"
    keep_new, keep_changed = KEEP.format(came=came), KEEP.format(came=changed)
    return TRIGGERS.format(name=name, own=own, keep_new=keep_new, keep_changed=keep_changed, changed=changed)


def of_core(name: str) -> str:
    own = f"d.object = '{name}'"
    return triggers(
        name, own, f"JOIN customers_fielddefinition d ON d.workspace_id = came.workspace_id AND d.is_indexed AND {own}"
    )


OF_RECORDS = triggers(
    "customrecord",
    "d.object NOT IN ('person', 'company')",
    "JOIN customers_customobject o ON o.workspace_id = came.workspace_id AND o.id = came.object_id "
    "JOIN customers_fielddefinition d ON d.workspace_id = o.workspace_id AND d.object = o.key AND d.is_indexed",
)

NO_TRIGGERS = """
DROP FUNCTION customers_{name}_fields_came, customers_{name}_fields_changed, customers_{name}_fields_left CASCADE;
"""
BACK = (
    "".join(NO_TRIGGERS.format(name=name) for name in ("person", "company", "customrecord"))
    + "DROP FUNCTION customers_field_values; DROP TABLE customers_fieldvalue"
)


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_model_walls"), ("workspaces", "0002_walls")]

    # fmt: off
    operations = [
        migrations.CreateModel(
            name="FieldValue",
            fields=[
                ("record_id", models.UUIDField(primary_key=True, serialize=False)),
                ("place", models.SmallIntegerField()),
                ("words", models.TextField(null=True)),
                ("number", models.FloatField(null=True)),
                ("link", models.UUIDField(null=True)),
                ("once", models.TextField(null=True)),
            ],
            options={
                "db_table": "customers_fieldvalue",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CustomObject",
            fields=[
                ("id", models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=60)),
                ("plural", models.CharField(max_length=60)),
                ("help_text", models.CharField(blank=True, max_length=300)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace")),
            ],
        ),
        migrations.CreateModel(
            name="CustomRecord",
            fields=[
                ("id", models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("external_id", models.CharField(blank=True, db_default="", default="", max_length=200)),
                ("fields", models.JSONField(blank=True, db_default={}, default=dict)),
                ("origin", models.CharField(max_length=60)),
                ("bigrams", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, default=list, size=None)),
                ("initials", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_by", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="workspaces.member")),
                ("object", dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customobject")),
                ("owner", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="workspaces.member")),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace")),
            ],
        ),
        migrations.CreateModel(
            name="FieldDefinition",
            fields=[
                ("id", models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("object", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=100)),
                ("kind", models.CharField(choices=[("text", "Text"), ("long_text", "Long text"), ("number", "Number"), ("money", "Money"), ("date", "Date"), ("choice", "One of several"), ("choices", "Several of several"), ("boolean", "Yes or no"), ("person", "Link to a person"), ("company", "Link to a company"), ("record", "Link to a record"), ("url", "Web address"), ("file", "File")], max_length=12)),
                ("target", models.CharField(blank=True, max_length=40)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("choices", models.JSONField(blank=True, default=list)),
                ("is_required", models.BooleanField(default=False)),
                ("is_unique", models.BooleanField(default=False)),
                ("is_filterable", models.BooleanField(default=False)),
                ("default", models.JSONField(blank=True, null=True)),
                ("help_text", models.CharField(blank=True, max_length=300)),
                ("position", models.PositiveIntegerField(default=0)),
                ("is_indexed", models.BooleanField(default=False)),
                ("index_state", models.CharField(choices=[("none", "Not filterable"), ("filling", "Being prepared"), ("ready", "Filterable"), ("emptying", "Being taken back")], default="none", max_length=10)),
                ("index_done", models.PositiveBigIntegerField(default=0)),
                ("index_total", models.PositiveBigIntegerField(default=0)),
                ("index_after", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace")),
            ],
        ),
        migrations.CreateModel(
            name="FieldFile",
            fields=[
                ("id", models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("by", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="workspaces.member")),
                ("company", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.company")),
                ("definition", dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.fielddefinition")),
                ("person", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.person")),
                ("record", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customrecord")),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FilePiece",
            fields=[
                ("id", models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.BinaryField()),
                ("file", dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.fieldfile")),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace")),
            ],
        ),
        migrations.CreateModel(
            name="RecordLink",
            fields=[
                ("id", models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("company", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.company")),
                ("person", dangol.kit.tenant_models.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.person")),
                ("record", dangol.kit.tenant_models.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customrecord")),
                ("workspace", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace")),
            ],
        ),
        migrations.AddConstraint(
            model_name="customobject",
            constraint=models.UniqueConstraint(fields=("workspace", "key"), name="custom_object_once"),
        ),
        migrations.AddIndex(
            model_name="customrecord",
            index=models.Index(fields=["workspace", "object", "name", "id"], name="custom_record_by_name"),
        ),
        migrations.AddIndex(
            model_name="customrecord",
            index=models.Index(fields=["workspace", "object", "-created_at", "-id"], name="custom_record_newest"),
        ),
        migrations.AddIndex(
            model_name="customrecord",
            index=models.Index(fields=["workspace", "object", "initials"], name="custom_record_by_initials"),
        ),
        migrations.AddConstraint(
            model_name="customrecord",
            constraint=models.UniqueConstraint(condition=models.Q(("external_id", ""), _negated=True), fields=("workspace", "object", "external_id"), name="custom_record_external_id_once"),
        ),
        migrations.AddConstraint(
            model_name="fielddefinition",
            constraint=models.UniqueConstraint(fields=("workspace", "object", "key"), name="field_definition_once"),
        ),
        migrations.AddConstraint(
            model_name="filepiece",
            constraint=models.UniqueConstraint(fields=("workspace", "file", "number"), name="file_piece_once"),
        ),
        migrations.AddConstraint(
            model_name="recordlink",
            constraint=models.UniqueConstraint(fields=("workspace", "record", "person", "company"), name="record_link_once", nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name="recordlink",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("company__isnull", True), ("person__isnull", False)), models.Q(("company__isnull", False), ("person__isnull", True)), _connector="OR"), name="record_link_one_subject"),
        ),
        SecureTenantTable("FieldDefinition"),
        SecureTenantTable("CustomObject"),
        SecureTenantTable("CustomRecord"),
        SecureTenantTable("RecordLink"),
        SecureTenantTable("FieldFile"),
        SecureTenantTable("FilePiece"),
        HideTrash("CustomRecord"),
        migrations.RunSQL(VALUES + of_core("person") + of_core("company") + OF_RECORDS, BACK),
        migrations.RunSQL(
            security_statements("customers_fieldvalue", links=[], with_key=False), migrations.RunSQL.noop
        ),
    ]
    # fmt: on
