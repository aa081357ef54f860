from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0010_mails"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="interests",
            field=models.JSONField(
                blank=True, default=list, help_text="Une liste de textes", verbose_name="centres d’intérêt"
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="languages",
            field=models.JSONField(blank=True, default=list, help_text="Une liste de textes", verbose_name="langues"),
        ),
    ]
