"""A folded title beside each title, for the list while the search engine is away."""

import community.folding
from django.db import migrations, models

from community.folding import fold_all


def fold_names(apps, schema_editor):
    fold_all(apps.get_model("recruitment", "Mission"), schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0006_fold_names"),
        ("recruitment", "0002_match_list_opening"),
    ]

    operations = [
        migrations.AddField(
            model_name="mission",
            name="name_folded",
            field=community.folding.FoldedField("title", default="", editable=False, max_length=300),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="mission",
            index=models.Index(fields=["name_folded"], name="mission_name_folded"),
        ),
    ]
