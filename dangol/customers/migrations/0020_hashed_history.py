"""The history pairs rows as they were and as they are by hashing, even below a statement that rules hashing out."""

from django.db import migrations

HASH = """
DO $$
DECLARE
    kept regprocedure;
BEGIN
    FOR kept IN SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'history\\_of\\_%' LOOP
        EXECUTE format('ALTER FUNCTION %s SET enable_hashjoin = on', kept);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0019_long_names")]

    operations = [migrations.RunSQL(HASH, migrations.RunSQL.noop)]
