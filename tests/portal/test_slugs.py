"""No row without a page: what may stand in an address, according to the database and to the addresses themselves."""

import importlib
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.urls import get_resolver, resolve
from hypothesis import given
from hypothesis import strategies as st

from community.models import Member, fits_an_address
from recruitment.enums import MissionState
from recruitment.models import Mission
from tests.community.factories import MemberFactory
from tests.recruitment.factories import MissionFactory

OURS = [model for name in ("community", "recruitment") for model in apps.get_app_config(name).get_models()]
WITH_SLUG = [model for model in OURS if any(field.name == "slug" for field in model._meta.concrete_fields)]
WITH_PAGE = [model for model in WITH_SLUG if hasattr(model, "get_absolute_url")]


def reserved(model: type[models.Model]) -> tuple[str, ...]:
    return getattr(model, "RESERVED_SLUGS", ())


def every_route(resolver=None, before: str = "") -> list[str]:
    routes = []
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        routes += every_route(pattern, route) if hasattr(pattern, "url_patterns") else [route]
    return routes


def test_the_tables_with_a_page_are_those_that_one_thinks_of():
    assert {model.__name__ for model in WITH_PAGE} == {"Member", "Startup", "Incubator", "Mission"}


@pytest.mark.parametrize("model", WITH_PAGE)
def test_every_name_that_stands_beside_the_slug_is_reserved(model):
    folder = model(slug="SLUG").get_absolute_url().removeprefix("/").removesuffix("SLUG/")

    # What has no « / » behind it (a feed) is no row's address: theirs all have one.
    parts = [route.removeprefix(folder).partition("/") for route in every_route() if route.startswith(folder)]

    assert set(reserved(model)) == {name for name, slash, _rest in parts if name and slash and name[0] != "<"}


@pytest.mark.parametrize("model", WITH_PAGE)
@given(slug=st.text(min_size=1).filter(str.strip))
def test_whatever_fits_leads_to_the_row(model, slug):
    usual = resolve(model(slug="x").get_absolute_url()).view_name

    if fits_an_address(slug, reserved(model)):
        found = resolve(unquote(model(slug=slug).get_absolute_url()))
        assert (found.view_name, found.kwargs) == (usual, {"slug": slug})


@pytest.mark.parametrize("model", WITH_PAGE)
def test_a_reserved_name_is_the_address_of_something_else(model):
    usual = resolve(model(slug="x").get_absolute_url()).view_name

    assert usual not in {resolve(model(slug=name).get_absolute_url()).view_name for name in reserved(model)}


# The database ------------------------------------------------------------------------------------


def new_row(model: type[models.Model], slug: str) -> models.Model:
    names = {field.name for field in model._meta.concrete_fields}
    values = {name: f"Nom {slug}" for name in ("name", "full_name", "title") if name in names}
    # Nothing else about the row may be refused.
    return model(slug=slug, **values, **({"state": MissionState.EXPIRED} if model is Mission else {}))


@pytest.mark.django_db
@pytest.mark.parametrize("model", WITH_SLUG)
def test_the_database_refuses_a_slug_without_an_address_however_it_is_written(model):
    refused = ["", ".", "..", "a/b", "/", "a/", *reserved(model)]
    written = new_row(model, "bon.slug-é")
    written.save()
    bulk = model._base_manager.bulk_create

    for slug in refused:
        assert not fits_an_address(slug, reserved(model))
        for write in (
            lambda slug=slug: bulk([new_row(model, slug)]),
            lambda slug=slug: model._base_manager.filter(pk=written.pk).update(slug=slug),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                write()
        with pytest.raises(ValidationError) as caught:
            new_row(model, slug).full_clean()
        assert {"slug", "__all__"} & set(caught.value.message_dict)
    assert model._base_manager.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "slug", ["grist.numerique.gouv.fr", "données-et-territoires", "...", "a b", "Suggestions", "?"]
)
def test_dots_accents_and_capitals_are_no_reason_to_refuse(client, slug):
    member = MemberFactory(slug=slug, stint=True)

    assert client.get(member.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_the_message_says_what_is_wrong():
    with pytest.raises(ValidationError) as caught:
        Member(slug="suggestions", full_name="Zoé").full_clean()

    assert caught.value.messages == [
        "Cet identifiant ne peut pas servir d’adresse : il est vide, contient « / » ou désigne une page du portail."
    ]


@pytest.fixture
def unchecked(db):
    """The tables as they were before the database refused anything."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = 1")
        else:
            for model in (Member, Mission):
                name = f"{model._meta.model_name}_slug_fits_an_address"
                cursor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {name}")
        yield
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = 0")


def test_slugs_that_were_there_before_are_mended_once_and_stay_apart(unchecked):
    old = ["suggestions", "suggestions-2", "a/b", "a-b", "", "..", "/////", "bon.slug-é", "x" * 160, "/" + "y" * 159]
    Member.objects.bulk_create(Member(slug=slug, full_name="Zoé") for slug in old)
    MissionFactory(slug="pour-moi")

    for _ in range(2):
        for name in (
            "community.migrations.0007_slugs_fit_addresses",
            "recruitment.migrations.0004_slugs_fit_addresses",
        ):
            importlib.import_module(name).mend(apps, SimpleNamespace(connection=connection))
        assert list(Member.objects.order_by("pk").values_list("slug", flat=True)) == [
            "suggestions-3",
            "suggestions-2",
            "a-b-2",
            "a-b",
            "sans-nom",
            "sans-nom-2",
            "sans-nom-3",
            "bon.slug-é",
            "x" * 160,
            "y" * 115,
        ]
        assert Mission.objects.get().slug == "pour-moi-2"
