"""A folded name beside each name, for the lists while the search engine is away."""

import community.folding
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0004_saved_searches"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="name_folded",
            field=community.folding.FoldedField("full_name", default="", editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="startup",
            name="name_folded",
            field=community.folding.FoldedField("name", default="", editable=False, max_length=300),
        ),
    ]
