"""The log of opened lists is read and emptied by date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0012_reported_messages"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="matchlistopening",
            index=models.Index(fields=["opened_at", "id"], name="match_lists_by_date"),
        ),
    ]
