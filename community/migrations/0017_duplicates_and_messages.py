import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0016_page_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="reply_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="réponse à",
            ),
        ),
        migrations.CreateModel(
            name="FormerSlug",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identifier", models.CharField(max_length=160, unique=True, verbose_name="ancien identifiant")),
                ("since", models.DateTimeField(auto_now_add=True, verbose_name="depuis le")),
                (
                    "record_id",
                    models.PositiveBigIntegerField(blank=True, null=True, verbose_name="numéro de l’ancienne fiche"),
                ),
                (
                    "record_made_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="ancienne fiche créée le"),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_slugs",
                        to="community.member",
                        verbose_name="membre",
                    ),
                ),
            ],
            options={
                "verbose_name": "ancien identifiant",
                "verbose_name_plural": "anciens identifiants",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ContactBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(auto_now_add=True, verbose_name="depuis le")),
                (
                    "blocked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="qui est bloqué",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_blocks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="qui bloque",
                    ),
                ),
            ],
            options={
                "verbose_name": "personne bloquée",
                "verbose_name_plural": "personnes bloquées",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "blocked"), name="blocked_once"),
                    models.CheckConstraint(
                        condition=models.Q(("owner", models.F("blocked")), _negated=True),
                        name="nobody_blocks_themselves",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=120, verbose_name="objet")),
                ("text", models.TextField(verbose_name="message")),
                (
                    "shares_address",
                    models.BooleanField(default=False, verbose_name="adresse de l’expéditeur transmise"),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="envoyé le")),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="signalé le")),
                ("report_reason", models.CharField(blank=True, max_length=500, verbose_name="motif du signalement")),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="signalement traité le")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("closed", "Classé sans suite"), ("suspended", "Envoi de messages suspendu")],
                        max_length=12,
                        verbose_name="suite donnée",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="traité par",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages_received",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="destinataire",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages_sent",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="expéditeur",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["-sent_at", "-pk"],
                "indexes": [
                    models.Index(fields=["sender", "sent_at"], name="messages_of_a_sender"),
                    models.Index(fields=["receiver", "sent_at"], name="messages_of_a_receiver"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_at__isnull", True), ("outcome", "")),
                            models.Q(("judged_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="judged_message_has_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sender", models.F("receiver")), _negated=True),
                        name="nobody_writes_to_themselves",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DistinctPair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said_at", models.DateTimeField(auto_now_add=True, verbose_name="dit le")),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="community.member",
                        verbose_name="une fiche",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="community.member",
                        verbose_name="une autre",
                    ),
                ),
            ],
            options={
                "verbose_name": "paire de personnes distinctes",
                "verbose_name_plural": "paires de personnes distinctes",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Least("first", "second"),
                        django.db.models.functions.comparison.Greatest("first", "second"),
                        name="told_apart_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first", models.F("second")), _negated=True),
                        name="two_records_are_told_apart",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MemberMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gone_id", models.PositiveBigIntegerField(verbose_name="numéro de la fiche réunie")),
                ("snapshot", models.JSONField(default=dict, verbose_name="copie de ce qui a changé")),
                ("merged_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="réunies le")),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges",
                        to="community.member",
                        verbose_name="fiche gardée",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merges",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "réunion de fiches",
                "verbose_name_plural": "réunions de fiches",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["merged_at"], name="merge_age")],
                "constraints": [models.UniqueConstraint(fields=("gone_id",), name="a_record_is_merged_once")],
            },
        ),
    ]
