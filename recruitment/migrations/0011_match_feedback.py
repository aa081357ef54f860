"""What teams and candidates say of matches, and the missions that people keep; a page of their own at an address."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from community.models.slugs import mend_slugs

RESERVED = ["enregistrees", "pour-moi"]
REASONS = [
    ("trade", "Le métier ne correspond pas"),
    ("skill", "Il manque une compétence indispensable"),
    ("availability", "La disponibilité ne convient pas"),
    ("terms", "Le rythme, le lieu ou le tarif ne convient pas"),
    ("contacted", "Déjà contacté pour cette mission"),
    ("other", "Autre raison"),
    ("other_trade", "Ce n’est pas mon métier"),
    ("subject", "Le sujet ne m’attire pas"),
    ("rhythm", "Le rythme ou la durée ne me convient pas"),
    ("place", "Le lieu ou le télétravail ne me convient pas"),
    ("pay", "Le tarif ou le salaire ne me convient pas"),
    ("timing", "Ce n’est pas le bon moment"),
]


def mend(apps, schema_editor):
    mend_slugs(apps.get_model("recruitment", "Mission"), schema_editor.connection.alias, RESERVED)


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0010_applying"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="mission", name="mission_slug_fits_an_address"),
        migrations.RunPython(mend, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="mission",
            constraint=models.CheckConstraint(
                condition=~models.Q(slug__contains="/") & ~models.Q(slug__in=["", ".", "..", *RESERVED]),
                name="mission_slug_fits_an_address",
                violation_error_message=(
                    "Cet identifiant ne peut pas servir d’adresse : il est vide, contient « / » ou désigne une "
                    "page du portail."
                ),
            ),
        ),
        migrations.CreateModel(
            name="MatchFeedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("team", "L’équipe"), ("candidate", "La personne")],
                        max_length=10,
                        verbose_name="côté",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hidden", "Retiré de la liste"),
                            ("saved", "Gardé"),
                            ("invited", "Invité"),
                            ("refused", "Refusé"),
                        ],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                ("reason", models.CharField(blank=True, choices=REASONS, max_length=20, verbose_name="motif")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="en quelques mots")),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="score")),
                ("best", models.CharField(blank=True, max_length=20, verbose_name="premier critère")),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="le")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="match_feedback_given",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="match_feedback",
                        to="community.member",
                        verbose_name="profil",
                    ),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="recruitment.mission",
                        verbose_name="mission",
                    ),
                ),
            ],
            options={
                "verbose_name": "retour sur un rapprochement",
                "verbose_name_plural": "retours sur le rapprochement",
                "ordering": ["-said_at", "-pk"],
                "indexes": [models.Index(fields=["said_at"], name="match_feedback_said_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mission", "member", "side", "kind"), name="one_feedback_of_each_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side", "team"), ("kind", "refused"), _connector="OR"),
                        name="a_candidate_only_refuses",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("side__in", ["team", "candidate"]),
                            ("kind__in", ["hidden", "saved", "invited", "refused"]),
                        ),
                        name="match_feedback_is_of_the_lists",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__isnull", True), ("score__lte", 100), _connector="OR"),
                        name="feedback_score_of_100",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedMission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "saved_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="enregistrée le"),
                ),
                (
                    "mission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_by",
                        to="recruitment.mission",
                        verbose_name="mission",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_missions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "mission enregistrée",
                "verbose_name_plural": "missions enregistrées",
                "ordering": ["-saved_at", "-pk"],
                "constraints": [models.UniqueConstraint(fields=("user", "mission"), name="a_mission_is_saved_once")],
            },
        ),
    ]
