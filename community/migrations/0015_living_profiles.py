"""When people last said that their availability is right; ends asked for and reminded of; when periodic jobs ran."""

from django.db import migrations, models
from django.db.models import Q

from community.days import today


def said_today(apps, schema_editor):
    """What stands counts from now on: in a month people are asked, in three what nobody confirmed is unknown."""
    given = Q(is_looking=True) | Q(available_from__isnull=False) | Q(days_per_week__isnull=False)
    apps.get_model("community", "Member").objects.filter(given).update(availability_confirmed_at=today())


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0014_photos"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="availability_asked_at",
            field=models.DateField(blank=True, null=True, verbose_name="disponibilité demandée le"),
        ),
        migrations.AddField(
            model_name="member",
            name="availability_confirmed_at",
            field=models.DateField(blank=True, null=True, verbose_name="disponibilité confirmée le"),
        ),
        migrations.AddField(
            model_name="stint",
            name="end_asked",
            field=models.DateField(blank=True, null=True, verbose_name="fin demandée"),
        ),
        migrations.AddField(
            model_name="stint",
            name="end_reminded",
            field=models.DateField(blank=True, null=True, verbose_name="fin rappelée"),
        ),
        migrations.CreateModel(
            name="PeriodicRun",
            fields=[
                (
                    "name",
                    models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="tâche"),
                ),
                ("known_since", models.DateTimeField(verbose_name="connue depuis")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="commencée le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="finie le")),
                ("succeeded_at", models.DateTimeField(blank=True, null=True, verbose_name="réussie le")),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, verbose_name="échecs depuis la dernière réussite"),
                ),
                ("told", models.CharField(blank=True, max_length=200, verbose_name="compte rendu")),
            ],
            options={
                "verbose_name": "tâche périodique",
                "verbose_name_plural": "tâches périodiques",
                "ordering": ["name"],
            },
        ),
        migrations.RunPython(said_today, migrations.RunPython.noop),
    ]
