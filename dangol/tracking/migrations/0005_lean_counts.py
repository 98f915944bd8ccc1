"""
Counting a busy day writes one row and no index; events keep the customer number that they were sent with.

A count needs no foreign key of its own: it is written beside events of the same person, whose key is checked.
"""

from django.db import migrations, models

LEAN = """
ALTER TABLE tracking_daily_count DROP CONSTRAINT tracking_daily_count_workspace_id_person_id_fkey;
ALTER TABLE tracking_daily_count SET (fillfactor = 80);
DROP INDEX tracking_daily_count_by_name;
CREATE INDEX tracking_daily_count_by_name ON tracking_daily_count (workspace_id, name, day) INCLUDE (person_id)
"""
RICH = """
DROP INDEX tracking_daily_count_by_name;
CREATE INDEX tracking_daily_count_by_name ON tracking_daily_count (workspace_id, name, day) INCLUDE (person_id, count);
ALTER TABLE tracking_daily_count RESET (fillfactor);
ALTER TABLE tracking_daily_count ADD FOREIGN KEY (workspace_id, person_id)
    REFERENCES customers_person (workspace_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
NUMBER = "ALTER TABLE tracking_event ADD COLUMN user_id text NOT NULL DEFAULT ''"


class Migration(migrations.Migration):
    dependencies = [("tracking", "0004_doors")]

    operations = [
        migrations.RunSQL(LEAN, RICH),
        migrations.RunSQL(NUMBER, "ALTER TABLE tracking_event DROP COLUMN user_id"),
        migrations.AddField("Event", "user_id", models.TextField(blank=True, default=""), preserve_default=False),
    ]
