import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0017_duplicates_and_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="envoyé le")),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’à")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claim_codes",
                        to="community.member",
                        verbose_name="fiche",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claim_code",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "code de fiche",
                "verbose_name_plural": "codes de fiches",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="empreinte")),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("full_name", models.CharField(blank=True, max_length=200, verbose_name="nom complet")),
                ("stint_start", models.DateField(blank=True, null=True, verbose_name="début de la mission")),
                ("stint_end", models.DateField(blank=True, null=True, verbose_name="fin de la mission")),
                (
                    "stint_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("independent", "Indépendant"),
                            ("admin", "Agent public"),
                            ("service", "Société de service"),
                        ],
                        max_length=20,
                        verbose_name="statut",
                    ),
                ),
                ("employer", models.CharField(blank=True, max_length=300, verbose_name="employeur")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("programme", "Équipe du programme"),
                            ("incubateur", "Équipe d’un incubateur"),
                            ("responsable", "Responsable d’une startup"),
                            ("recruteur", "Recruteur d’une startup"),
                            ("editeur", "Rédacteur des guides"),
                            ("jure", "Juré"),
                        ],
                        max_length=20,
                        verbose_name="rôle",
                    ),
                ),
                ("role_start", models.DateField(blank=True, null=True, verbose_name="rôle à partir du")),
                ("role_end", models.DateField(blank=True, null=True, verbose_name="rôle jusqu’au")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="motif")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="envoyée le")),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’au")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="acceptée le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="annulée le")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations_accepted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incubator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="community.incubator",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitations_sent",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="community.member",
                        verbose_name="fiche",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="invitations_revoked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "startup",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="community.startup",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("code", "Code reçu à l’adresse de la fiche"),
                            ("invitation", "Invitation de l’équipe"),
                            ("reason", "Raison écrite"),
                        ],
                        default="reason",
                        max_length=20,
                        verbose_name="preuve",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="raisons")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "En attente"),
                            ("accepted", "Acceptée"),
                            ("refused", "Refusée"),
                            ("withdrawn", "Retirée"),
                        ],
                        default="open",
                        max_length=20,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandée le")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
                ("decision", models.TextField(blank=True, max_length=1000, verbose_name="motif de la décision")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claims_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="community.member",
                        verbose_name="fiche",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claims",
                        to="community.invitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de fiche",
                "verbose_name_plural": "demandes de fiches",
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WelcomeMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("sans-fiche", "Je n’ai pas besoin de fiche"),
                            ("contacts", "J’ai pris mes premiers contacts"),
                        ],
                        max_length=20,
                        verbose_name="étape",
                    ),
                ),
                ("done_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="le")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="welcome_marks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "étape d’accueil",
                "verbose_name_plural": "étapes d’accueil",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[("charte", "Charte de la communauté")], max_length=30, verbose_name="objet"
                    ),
                ),
                ("version", models.CharField(max_length=20, verbose_name="version du texte")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="donné le")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "accord",
                "ordering": ["given_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("user", "subject", "version"),
                        name="one_standing_consent_to_a_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            ("withdrawn_at__gte", models.F("given_at")),
                            _connector="OR",
                        ),
                        name="consent_is_withdrawn_after_it_is_given",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["email"], name="invitation_email"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"),
                name="invitation_is_accepted_or_revoked",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stint_end__isnull", True), ("stint_end__gte", models.F("stint_start")), _connector="OR"
                ),
                name="invited_stint_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("startup__isnull", True), ("incubator__isnull", True), _connector="OR"),
                name="invitation_is_of_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("user",), name="one_open_claim_for_each_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "accepted")), fields=("member",), name="a_record_is_won_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="closed_claim_has_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="welcomemark",
            constraint=models.UniqueConstraint(fields=("user", "step"), name="each_step_once"),
        ),
    ]
