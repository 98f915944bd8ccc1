"""What was thrown away is hidden until a transaction opens the trash."""

from django.db import migrations

from dangol.kit.tenant_models import HideTrash

IN_TRASH = """
CREATE INDEX {table}_in_trash ON {table} (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL
"""

OPERATIONS = [
    *(HideTrash(model) for model in ("Person", "Company", "CustomRecord")),
    *(
        migrations.RunSQL(IN_TRASH.format(table=table))
        for table in ("customers_person", "customers_company", "customers_customrecord")
    ),
]
