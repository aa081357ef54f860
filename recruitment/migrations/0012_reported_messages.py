"""A message between a team and a candidate may be reported."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0011_match_feedback"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="applicationmessage",
            name="reported_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="signalé le"),
        ),
        migrations.AddField(
            model_name="applicationmessage",
            name="report_reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="motif du signalement"),
        ),
        migrations.AddField(
            model_name="applicationmessage",
            name="judged_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="signalement traité le"),
        ),
        migrations.AddField(
            model_name="applicationmessage",
            name="judged_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="traité par",
            ),
        ),
        migrations.AddField(
            model_name="applicationmessage",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("closed", "Classé sans suite"), ("suspended", "Envoi de messages suspendu")],
                max_length=12,
                verbose_name="suite donnée",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationmessage",
            constraint=models.CheckConstraint(
                condition=Q(judged_at__isnull=True, outcome="") | Q(judged_at__isnull=False) & ~Q(outcome=""),
                name="judged_application_message_has_an_outcome",
            ),
        ),
    ]
