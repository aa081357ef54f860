"""The audit log, and the triggers by which the database itself refuses that it be changed.

SQLite makes a table anew to alter it, and its triggers go with the old one: a later migration that alters one of these
tables ends by making them again. `audit_verify` says when one is missing.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Trigger: (table, event, condition).
GUARDS = {
    "audit_entry_update": ("community_auditentry", "UPDATE", ""),
    "audit_entry_delete": ("community_auditentry", "DELETE", ""),
    "audit_detail_update": ("community_auditdetail", "UPDATE", ""),
    "audit_head_update": ("community_audithead", "UPDATE", "WHEN (NEW.sequence <> OLD.sequence + 1)"),
    "audit_head_delete": ("community_audithead", "DELETE", ""),
}
REFUSAL = "the audit log is written once"


def put_guards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION community_audit_refuses() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,
        )
    for name, (table, event, condition) in GUARDS.items():
        begin = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition} "
        if vendor == "sqlite":
            schema_editor.execute(f"{begin} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END", params=None)
        elif vendor == "postgresql":
            schema_editor.execute(f"{begin} EXECUTE FUNCTION community_audit_refuses()", params=None)


def take_guards_away(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, (table, _event, _condition) in GUARDS.items():
        if vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        elif vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}", params=None)
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS community_audit_refuses()", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0008_chosen_audiences'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('sequence', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='numéro')),
                ('moment', models.DateTimeField(verbose_name='le')),
                ('action', models.CharField(max_length=40, verbose_name='action')),
                ('actor', models.CharField(blank=True, db_index=True, max_length=32, verbose_name='par')),
                ('subject', models.CharField(blank=True, db_index=True, max_length=32, verbose_name='à propos de')),
                ('details_digest', models.CharField(blank=True, max_length=64, verbose_name='empreinte des détails')),
                ('key', models.CharField(max_length=8, verbose_name='clef')),
                ('previous', models.CharField(max_length=64, unique=True, verbose_name='empreinte de la ligne précédente')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='empreinte')),
            ],
            options={
                'verbose_name': 'ligne du journal',
                'verbose_name_plural': 'journal',
                'ordering': ['sequence'],
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('sequence', models.BigIntegerField(default=0, verbose_name='dernière ligne')),
                ('digest', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64, verbose_name='empreinte de la dernière ligne')),
            ],
            options={
                'verbose_name': 'tête du journal',
                'verbose_name_plural': 'tête du journal',
            },
        ),
        migrations.CreateModel(
            name='AuditPseudonym',
            fields=[
                ('pseudonym', models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name='pseudonyme')),
                ('salt', models.CharField(max_length=32, verbose_name='sel')),
                ('stands_for', models.CharField(max_length=40, verbose_name='désigne')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
            ],
            options={
                'verbose_name': 'pseudonyme du journal',
                'verbose_name_plural': 'pseudonymes du journal',
            },
        ),
        migrations.CreateModel(
            name='AuditDetail',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='detail', serialize=False, to='community.auditentry')),
                ('salt', models.CharField(max_length=32, verbose_name='sel')),
                ('text', models.TextField(verbose_name='détails')),
            ],
            options={
                'verbose_name': 'détail du journal',
                'verbose_name_plural': 'détails du journal',
            },
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='log_begins_with_one'),
        ),
        migrations.AddConstraint(
            model_name='audithead',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='the_log_has_one_head'),
        ),
        migrations.AddField(
            model_name='auditpseudonym',
            name='member',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='audit_pseudonyms', to='community.member'),
        ),
        migrations.AddField(
            model_name='auditpseudonym',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='audit_pseudonyms', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='auditdetail',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='community.auditpseudonym'),
        ),
        migrations.AddField(
            model_name='auditdetail',
            name='subject',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='community.auditpseudonym'),
        ),
        migrations.AddConstraint(
            model_name='auditpseudonym',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('user__isnull', True)), models.Q(('member__isnull', True), ('user__isnull', False)), _connector='OR'), name='pseudonym_stands_for_one'),
        ),
        migrations.RunPython(put_guards, take_guards_away),
    ]
