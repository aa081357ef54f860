import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0005_applications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="missionevent",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("portal", "Pourvue par une personne qui a candidaté sur le portail"),
                    ("elsewhere", "Pourvue par une personne trouvée ailleurs"),
                    ("need", "Le besoin a changé"),
                    ("budget", "Le budget n’est plus disponible"),
                    ("nobody", "Aucune candidature ne convenait"),
                    ("inside", "Une personne de l’équipe s’en charge"),
                    ("other", "Une autre raison"),
                ],
                default="",
                max_length=12,
                verbose_name="issue",
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="MissionDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(blank=True, max_length=32, null=True, unique=True, verbose_name="clé")),
                ("typed", models.JSONField(blank=True, default=dict, verbose_name="saisie")),
                ("saved_at", models.DateTimeField(auto_now=True, verbose_name="enregistrée le")),
                (
                    "mission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft",
                        to="recruitment.mission",
                        verbose_name="mission",
                    ),
                ),
            ],
            options={
                "verbose_name": "saisie d’une mission",
                "verbose_name_plural": "saisies de missions",
            },
        ),
        migrations.CreateModel(
            name="MissionChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("in_review", "En relecture"),
                            ("open", "Ouverte"),
                            ("suspended", "Suspendue"),
                            ("filled", "Pourvue"),
                            ("closed", "Fermée"),
                            ("expired", "Expirée"),
                        ],
                        max_length=12,
                        verbose_name="état de la mission",
                    ),
                ),
                ("before", models.JSONField(verbose_name="avant")),
                ("after", models.JSONField(verbose_name="après")),
                ("changed_at", models.DateTimeField(auto_now_add=True, verbose_name="le")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mission_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="recruitment.mission",
                        verbose_name="mission",
                    ),
                ),
            ],
            options={
                "verbose_name": "modification d’une mission",
                "verbose_name_plural": "modifications de missions",
                "ordering": ["changed_at", "pk"],
            },
        ),
    ]
