"""The side table by which custom fields are filtered, and the triggers that keep it."""

from django.db import migrations

from dangol.kit.tenant_models import walls_around

VALUES = """
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
CREATE INDEX customers_fielddefinition_indexed ON customers_fielddefinition (workspace_id, object) WHERE is_indexed
"""

# It never raises: anybody may have sent anything into `fields`.
VALUES_OF = r"""
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
$$
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

OPERATIONS = [
    migrations.RunSQL([VALUES, *walls_around("customers_fieldvalue")]),
    migrations.RunSQL([VALUES_OF, of_core("person"), of_core("company"), OF_RECORDS]),
]
