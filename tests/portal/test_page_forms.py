"""No page of an editor gets an address where a view of the portal would hide it."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from community.enums import RoleName
from portal.models import GuideIndexPage, HomePage, StandardPage
from portal.page_forms import check_slug
from tests.community.factories import RoleGrantFactory
from tests.portal.test_redirects import plain_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def home() -> HomePage:
    return HomePage.objects.get()


@pytest.fixture
def editor(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)
    return client


def form_data(**changed: str) -> dict[str, str]:
    values = {"title": "Les membres", "summary": "", "body": streamfield([])}
    return nested_form_data({**values, "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}, **changed})


def of_one_part() -> list[str]:
    return [path for path in plain_addresses() if path.count("/") == 2 and path.endswith("/")]


def test_every_address_of_one_part_is_refused_as_a_slug(home):
    taken = [path.strip("/") for path in of_one_part()]
    assert {"membres", "startups", "missions", "recherche", "mon-profil", "roles", "sante"} <= set(taken)

    for slug in [*taken, "cms", "statique", "fichiers"]:
        with pytest.raises(ValidationError, match=f"L’adresse /{slug}/ est celle d’une rubrique du portail"):
            check_slug(slug, home)


def test_what_only_begins_like_an_address_is_free(home):
    for slug in ("donnees-personnelles", "membres-dhonneur", "guides", "documents"):
        check_slug(slug, home)
    # Farther down nothing of ours stands in the way; and the first page has no slug in its address.
    check_slug("membres", GuideIndexPage.objects.get())
    check_slug("membres", Page.objects.get(depth=1))


@pytest.mark.parametrize(("title", "slug"), [("Autre chose", "membres"), ("Startups", "")])
def test_an_editor_who_makes_such_a_page_is_told_and_loses_nothing(editor, home, title, slug):
    address = f"/cms/pages/add/portal/standardpage/{home.pk}/"

    response = editor.post(address, form_data(title=title, slug=slug, summary="Un résumé tapé"))

    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    assert "celle d’une rubrique du portail" in soup.get_text()
    assert soup.select_one("[name=title]")["value"] == title
    assert "Un résumé tapé" in str(soup)
    assert not StandardPage.objects.filter(slug__in=["membres", "startups"]).exists()


def test_an_editor_who_moves_a_page_to_such_an_address_is_told(editor):
    page = StandardPage.objects.get(slug="cookies")

    response = editor.post(f"/cms/pages/{page.pk}/edit/", form_data(title=page.title, slug="recherche"))

    assert "celle d’une rubrique du portail" in response.content.decode()
    assert StandardPage.objects.get(pk=page.pk).get_latest_revision_as_object().slug == "cookies"


def test_an_editor_who_copies_a_page_to_such_an_address_is_told(editor, home):
    page = StandardPage.objects.get(slug="cookies")
    asked = {"new_title": "Copie", "new_parent_page": str(home.pk)}

    refused = editor.post(f"/cms/pages/{page.pk}/copy/", {**asked, "new_slug": "missions"})
    taken = editor.post(f"/cms/pages/{page.pk}/copy/", {**asked, "new_slug": "cookies-bis"})

    assert (refused.status_code, "celle d’une rubrique du portail" in refused.content.decode()) == (200, True)
    assert (taken.status_code, StandardPage.objects.filter(slug="cookies-bis").count()) == (302, 1)
    assert not Page.objects.filter(slug="missions").exists()


def test_an_ordinary_page_is_made(editor, home):
    response = editor.post(
        f"/cms/pages/add/portal/standardpage/{home.pk}/", form_data(title="Contact", slug="contact")
    )

    assert (response.status_code, StandardPage.objects.filter(slug="contact").count()) == (302, 1)
