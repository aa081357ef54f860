"""The frame of every page."""

import pytest
from bs4 import BeautifulSoup

from tests.community.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PAGES = ["/", "/guides/", "/guides/les-quatre-phases/", "/cookies/", "/compte/login/", "/compte/signup/"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_its_landmarks_one_title_and_its_language(open_page, address):
    soup = open_page(address)

    assert soup.html["lang"] == "fr"
    assert [
        len(soup.select(landmark)) for landmark in ("header.fr-header", "main#content", "footer#footer", "h1")
    ] == [
        1,
        1,
        1,
        1,
    ]
    targets = [link["href"] for link in soup.select(".fr-skiplinks a")]
    assert [bool(soup.select(target)) for target in targets] == [True] * 4
    assert soup.title.get_text().endswith("Portail des startups d’État")
    ids = [element["id"] for element in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_carries_a_script_or_a_style_of_its_own(open_page, address):
    soup = open_page(address)

    assert [script.get_text() for script in soup.select("script") if not script.get("src")] == []
    assert soup.select("style, [style], [onclick], [onchange]") == []


@pytest.mark.parametrize("address", PAGES[:4])
def test_a_public_page_sets_no_cookie_and_carries_no_token(client, address):
    response = client.get(address)

    assert response.cookies == {}
    assert BeautifulSoup(response.content, "html.parser").select("form[method=post], [name=csrfmiddlewaretoken]") == []
    # It may show a name, so a cache keeps one copy for each visitor's cookie.
    assert response["Vary"] == "Cookie"


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", [("Accueil", "page")]),
        ("/guides/", [("Guides", "page")]),
        ("/guides/les-quatre-phases/", [("Guides", "true")]),
        ("/cookies/", []),
    ],
)
def test_the_menu_says_where_one_is(open_page, address, current):
    links = open_page(address).select("#navigation a[aria-current]")

    assert [(link.get_text(), link["aria-current"]) for link in links] == current


def test_signing_in_brings_back_to_the_page_one_was_reading(open_page):
    links = open_page("/guides/?a=1&b=2").select(".fr-header__tools-links a")

    assert [link["href"] for link in links] == ["/compte/login/?next=%2Fguides%2F%3Fa%3D1%26b%3D2"]


def test_a_signed_in_person_sees_their_name_and_the_way_out(client, open_page):
    client.force_login(UserFactory(first_name="Zoé", last_name="Exemple"))

    links = open_page("/").select(".fr-header__tools-links a")

    assert [(link.get_text(), link["href"]) for link in links] == [
        ("Zoé Exemple", "/mon-profil/"),
        ("Se déconnecter", "/compte/logout/"),
    ]


def test_the_layout_itself_asks_the_database_nothing(rf, django_assert_num_queries):
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string

    request = rf.get("/")
    request.user = AnonymousUser()
    request.session = {}
    with django_assert_num_queries(0):
        html = render_to_string("base.html", {"user": request.user, "SITE_NAME": "Portail", "request": request})

    assert "</html>" in html


def test_messages_are_told_once_and_leave_no_cookie(client, open_page):
    client.force_login(UserFactory())
    response = client.post("/compte/logout/", follow=True)

    alert = BeautifulSoup(response.content, "html.parser").select_one(".fr-alert")
    assert alert.get_text(strip=True) == "Vous êtes déconnecté(e)."
    assert open_page("/").select(".fr-alert") == []
    assert set(client.cookies) <= {"sessionid", "csrftoken"}
