import django.db.models.deletion
import django.utils.timezone
import recruitment.models.documents
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recruitment', '0009_threads_notes_invitations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='answered_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='première réponse le'),
        ),
        migrations.AddField(
            model_name='application',
            name='candidate_told_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='attente signalée le'),
        ),
        migrations.AddField(
            model_name='application',
            name='team_reminded_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='équipe relancée le'),
        ),
        migrations.CreateModel(
            name='ApplicationDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('typed', models.JSONField(blank=True, default=dict, verbose_name='saisie')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='enregistré le')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='application_drafts', to='recruitment.mission', verbose_name='mission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='application_drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'brouillon de candidature',
                'verbose_name_plural': 'brouillons de candidature',
                'ordering': ['-updated_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'mission'), name='one_draft_a_person_and_mission')],
            },
        ),
        migrations.CreateModel(
            name='ApplicationDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=80, storage=recruitment.models.documents.private_storage, upload_to=recruitment.models.documents.own_name, verbose_name='fichier')),
                ('name', models.CharField(max_length=120, verbose_name='nom')),
                ('size', models.PositiveIntegerField(verbose_name='taille (octets)')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ajouté le')),
                ('application', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='recruitment.application', verbose_name='candidature')),
                ('draft', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='recruitment.applicationdraft', verbose_name='brouillon')),
            ],
            options={
                'verbose_name': 'document de candidature',
                'verbose_name_plural': 'documents de candidature',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('draft__isnull', True), ('application__isnull', True), _connector='XOR'), name='document_of_one_thing')],
            },
        ),
    ]
