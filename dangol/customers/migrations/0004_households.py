"""Finding those who share a phone number or a postal address with somebody: who belongs to one household."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_search")]

    operations = [
        migrations.AddIndex(
            "Person",
            models.Index(fields=["workspace", "phone"], name="person_by_phone", condition=~models.Q(phone="")),
        ),
        migrations.AddIndex(
            "Person",
            models.Index(fields=["workspace", "address"], name="person_by_address", condition=~models.Q(address="")),
        ),
    ]
