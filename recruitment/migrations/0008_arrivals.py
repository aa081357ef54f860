import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0018_joining"),
        ("recruitment", "0007_match_alerts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="premier jour prévu")),
                ("proposed_at", models.DateTimeField(blank=True, null=True, verbose_name="mission proposée le")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créée le")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="équipe interrogée le")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Oui"), ("partly", "En partie"), ("no", "Non")],
                        max_length=10,
                        verbose_name="s’est bien passée",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="ce qu’en dit l’équipe")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="réponse donnée le")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="arrivals_answered",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrival",
                        to="recruitment.application",
                        verbose_name="candidature",
                    ),
                ),
                (
                    "stint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="arrivals",
                        to="community.stint",
                        verbose_name="mission proposée",
                    ),
                ),
            ],
            options={
                "verbose_name": "arrivée",
                "verbose_name_plural": "arrivées",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["asked_at", "starts_on"], name="arrivals_to_ask_about")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer", ""),
                            models.Q(("answer__in", ["yes", "partly", "no"]), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="arrival_answer_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArrivalStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("candidate", "La personne qui arrive"), ("team", "L’équipe")],
                        max_length=10,
                        verbose_name="qui s’en charge",
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=20, verbose_name="étape")),
                ("text", models.CharField(max_length=200, verbose_name="intitulé")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="faite le")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="arrival_steps_added",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "arrival",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="recruitment.arrival",
                        verbose_name="arrivée",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="arrival_steps_done",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "étape d’une arrivée",
                "verbose_name_plural": "étapes d’une arrivée",
                "ordering": ["arrival", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("arrival", "key"),
                        name="one_step_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["candidate", "team"])), name="arrival_step_has_a_side"
                    ),
                ],
            },
        ),
    ]
