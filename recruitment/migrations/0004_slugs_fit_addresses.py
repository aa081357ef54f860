"""No mission without a page: a slug that cannot stand in an address is mended, then refused."""

from django.db import migrations, models

from community.models.slugs import mend_slugs


def mend(apps, schema_editor):
    mend_slugs(apps.get_model("recruitment", "Mission"), schema_editor.connection.alias, ["pour-moi"])


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0007_slugs_fit_addresses"),
        ("recruitment", "0003_folded_names"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="mission",
            constraint=models.CheckConstraint(
                condition=~models.Q(slug__contains="/") & ~models.Q(slug__in=["", ".", "..", "pour-moi"]),
                name="mission_slug_fits_an_address",
                violation_error_message=(
                    "Cet identifiant ne peut pas servir d’adresse : il est vide, contient « / » ou désigne une "
                    "page du portail."
                ),
            ),
        ),
    ]
