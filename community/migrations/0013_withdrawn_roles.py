import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0012_privacy'),
    ]

    operations = [
        migrations.AddField(
            model_name='rolegrant',
            name='granted_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='donné le'),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='withdrawal_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='motif du retrait'),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='retiré le'),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='roles_withdrawn', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawal_reason', ''), ('withdrawn_by__isnull', True)), _connector='OR'), name='withdrawal_has_a_date'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.UniqueConstraint(condition=models.Q(('end__isnull', True), ('withdrawn_at__isnull', True), ('startup__isnull', False)), fields=('user', 'role', 'startup'), name='one_open_role_at_a_startup'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.UniqueConstraint(condition=models.Q(('end__isnull', True), ('withdrawn_at__isnull', True), ('incubator__isnull', False)), fields=('user', 'incubator'), name='one_open_role_at_an_incubator'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.UniqueConstraint(condition=models.Q(('end__isnull', True), ('withdrawn_at__isnull', True), ('incubator__isnull', True), ('startup__isnull', True)), fields=('user', 'role'), name='one_open_role_on_the_portal'),
        ),
    ]
