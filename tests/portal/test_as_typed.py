"""What people type is shown as they typed it: it is never read as a template."""

import pytest

from community.enums import RoleName
from community.models import SavedSearch
from portal.models import HomePage, StandardPage
from tests.community.factories import IncubatorFactory, MemberFactory, RoleGrantFactory, StartupFactory, UserFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

TYPED = "{{ 7|add:7 }}{% now 'Y' %}{% load nothing %}{{ settings.SECRET_KEY }}"


@pytest.mark.usefixtures("site")
def test_a_page_of_an_editor(open_page):
    blocks = [
        ("text", f"<p>{TYPED}</p>"),
        ("quote", {"text": TYPED, "source": TYPED}),
        ("callout", {"title": TYPED, "text": f"<p>{TYPED}</p>"}),
        ("takeaways", {"points": [TYPED]}),
    ]
    page = StandardPage(title=TYPED, slug="gabarit", summary=TYPED, body=blocks)
    HomePage.objects.get().add_child(instance=page)

    main = open_page("/gabarit/").main

    assert main.get_text().count(TYPED) == 8


def test_a_page_of_the_community(open_page):
    for made in (
        MemberFactory(full_name=TYPED, role=TYPED, biography=TYPED, visibility="public", stint=True),
        StartupFactory(name=TYPED, pitch=TYPED, description=TYPED),
        IncubatorFactory(name=TYPED, summary=TYPED, description=TYPED),
        MissionFactory(title=TYPED, description=TYPED),
    ):
        soup = open_page(made.get_absolute_url())

        # Typography puts thin spaces where French wants them, and changes no sign.
        told = " ".join(soup.main.get_text().split())
        assert told.count("{{ 7|add:7 }}") >= 2, made
        assert told.count("settings.SECRET_KEY") == told.count("{{ 7|add:7 }}"), made
        assert "{{ 7|add:7 }}" in soup.title.get_text(), made


def test_what_one_typed_for_oneself(client, open_page):
    user = UserFactory()
    SavedSearch.objects.create(user=user, document="members", name=TYPED, parameters={"q": [TYPED]})
    RoleGrantFactory(user=user, role=RoleName.STARTUP_LEAD, startup=StartupFactory(name=TYPED), reason=TYPED)
    client.force_login(user)

    for address in ("/mes-recherches/", "/mes-roles/"):
        assert "{{ 7|add:7 }}" in open_page(address).main.get_text(), address
