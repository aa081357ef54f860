"""Identifiers that stand in the addresses of pages.

They come from file names and may hold dots and accents, so they are no Django slugs. What must not be there would give
a row without a page: a slash, nothing at all, what browsers read as « here » and « above », and the names of the pages
that stand beside (`/membres/suggestions/`), which a model lists in its `RESERVED_SLUGS`.
"""

from collections.abc import Collection

from django.db.models import CheckConstraint, Model, Q

PUBLIC_SLUG_LENGTH = 160

_NEVER = ("", ".", "..")


def fits_an_address(slug: str, reserved: Collection[str] = ()) -> bool:
    """Whether a row may be called so: the rule of `slug_constraint`, on a text."""
    return "/" not in slug and slug not in _NEVER and slug not in reserved


def slug_constraint(name: str, reserved: Collection[str] = ()) -> CheckConstraint:
    """What the database promises of the `slug` of a table. `name`: of the model."""
    return CheckConstraint(
        condition=~Q(slug__contains="/") & ~Q(slug__in=[*_NEVER, *reserved]),
        name=f"{name}_slug_fits_an_address",
        violation_error_message=(
            "Cet identifiant ne peut pas servir d’adresse : il est vide, contient « / » ou désigne une "
            "page du portail."
        ),
    )


def mend_slugs(model: type[Model], alias: str, reserved: Collection[str] = ()) -> None:
    """Give another slug to the rows that `slug_constraint` would refuse, in this database. For migrations."""
    rows = model._base_manager.using(alias)
    refused = Q(slug__contains="/") | Q(slug__in=[*_NEVER, *reserved])
    for pk, slug in list(rows.filter(refused).order_by("pk").values_list("pk", "slug")):
        base = slug.replace("/", "-").strip(".-")[: PUBLIC_SLUG_LENGTH - 45] or "sans-nom"
        mended, number = base, 2
        while not fits_an_address(mended, reserved) or rows.filter(slug=mended).exists():
            mended, number = f"{base}-{number}", number + 1
        rows.filter(pk=pk).update(slug=mended)
