"""No row without a page: a slug that cannot stand in an address is mended, then refused."""

from django.db import migrations, models

from community.models.slugs import mend_slugs

RESERVED = {
    "incubator": [],
    "member": ["suggestions"],
    "organisation": [],
    "skill": [],
    "startup": [],
    "team": [],
    "theme": [],
    "usertype": [],
}


def mend(apps, schema_editor):
    for name, reserved in RESERVED.items():
        mend_slugs(apps.get_model("community", name), schema_editor.connection.alias, reserved)


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0006_fold_names"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AddConstraint(
                model_name=name,
                constraint=models.CheckConstraint(
                    condition=~models.Q(slug__contains="/") & ~models.Q(slug__in=["", ".", "..", *reserved]),
                    name=f"{name}_slug_fits_an_address",
                    violation_error_message=(
                        "Cet identifiant ne peut pas servir d’adresse : il est vide, contient « / » ou désigne une "
                        "page du portail."
                    ),
                ),
            )
            for name, reserved in RESERVED.items()
        ),
    ]
