"""What a person asks to be put right of a confirmed stint: its dates, or that it is there at all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("community", "0020_page_structures")]

    operations = [
        migrations.AddField(
            model_name="stint",
            name="start_asked",
            field=models.DateField(blank=True, null=True, verbose_name="début demandé"),
        ),
        migrations.AddField(
            model_name="stint",
            name="is_contested",
            field=models.BooleanField(default=False, verbose_name="contestée"),
        ),
    ]
