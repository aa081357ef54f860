"""Who enters the editors' space."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.blocks import StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.models import Page

from community.days import today
from community.enums import RoleName
from community.models import User
from portal.blocks import LinkBlock
from portal.editors import EDITORS, STAFF
from portal.models import GuidePage
from tests.community.factories import IncubatorFactory, RoleGrantFactory, StartupFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_a_visitor_is_asked_who_they_are(client):
    response = client.get("/cms/pages/")

    assert response["Location"] == "/compte/login/?next=/cms/pages/"


def test_an_account_without_the_role_is_told_a_clear_no(client):
    client.force_login(UserFactory())

    response = client.get("/cms/")

    assert response.status_code == 403
    assert "Vous n’avez pas accès à cette page" in response.content.decode()


def test_an_editor_writes_and_publishes(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)
    guide = GuidePage.objects.first()

    first = BeautifulSoup(client.get("/cms/").content, "html.parser")
    assert [link["href"] for link in first.select(".w-panel--dashboard td a")] == [
        f"/cms/pages/{pk}/edit/" for pk in GuidePage.objects.order_by("path").values_list("pk", flat=True)
    ]
    assert client.get(f"/cms/pages/{guide.pk}/edit/").status_code == 200
    permissions = guide.permissions_for_user(User.objects.get())
    assert (permissions.can_edit(), permissions.can_publish()) == (True, True)


def test_an_editor_does_not_manage_accounts_or_sites(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    for address in ["/cms/users/", "/cms/groups/", "/cms/sites/", "/cms/redirects/"]:
        assert client.get(address).status_code in {302, 403}, address


@pytest.mark.parametrize(
    "dates",
    [
        {"start": today() - timedelta(days=9), "end": today() - timedelta(days=1)},
        {"start": today() + timedelta(days=1)},
    ],
)
def test_a_role_that_is_not_in_force_opens_nothing(client, dates):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR, **dates).user)

    assert client.get("/cms/").status_code == 403


def test_a_role_that_ends_closes_the_space_at_once(client):
    grant = RoleGrantFactory(role=RoleName.EDITOR)
    client.force_login(grant.user)
    assert client.get("/cms/").status_code == 200

    grant.end = today() - timedelta(days=1)
    grant.start = today() - timedelta(days=2)
    grant.save()

    assert client.get("/cms/").status_code == 403
    assert Group.objects.get(name=EDITORS).user_set.count() == 0


NOT_FOR_STAFF = [
    "/cms/pages/",
    "/cms/images/",
    "/cms/documents/",
    "/cms/images/chooser/",
    "/cms/choose-page/",
    "/cms/reports/site-history/",
    "/cms/snippets/",
    "/cms/users/",
    "/cms/groups/",
    "/cms/api/main/pages/",
    "/cms/nulle-part/",
]


def statuses(client, addresses) -> dict[str, int]:
    return {address: client.get(address).status_code for address in addresses}


@pytest.mark.parametrize("role", sorted(set(RoleName) - {RoleName.EDITOR, RoleName.PROGRAMME}))
def test_another_role_opens_nothing(client, role):
    scope = {
        RoleName.STARTUP_LEAD: {"startup": StartupFactory()},
        RoleName.RECRUITER: {"startup": StartupFactory()},
        RoleName.INCUBATOR_STAFF: {"incubator": IncubatorFactory()},
    }
    client.force_login(RoleGrantFactory(role=role, **scope.get(role, {})).user)

    assert statuses(client, ["/cms/", "/cms/sante/"]) == {"/cms/": 403, "/cms/sante/": 403}


def test_the_programme_s_team_finds_health_and_no_page_that_editors_write(client):
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    guide = GuidePage.objects.first()

    open_to_it = ["/cms/sante/", "/cms/account/", "/cms/jsi18n/", "/cms/sprite/"]
    assert statuses(client, open_to_it) == dict.fromkeys(open_to_it, 200)
    closed = [*NOT_FOR_STAFF, f"/cms/pages/{guide.pk}/", f"/cms/pages/{guide.pk}/edit/"]
    assert statuses(client, closed) == dict.fromkeys(closed, 403)
    assert client.get("/cms/")["Location"] == "/cms/sante/"


def test_an_editor_of_the_programme_s_team_has_both(client):
    user = RoleGrantFactory(role=RoleName.PROGRAMME).user
    RoleGrantFactory(role=RoleName.EDITOR, user=user)
    client.force_login(user)

    both = ["/cms/sante/", f"/cms/pages/{GuidePage.objects.first().pk}/edit/", "/cms/images/"]
    assert statuses(client, both) == dict.fromkeys(both, 200)


def test_an_editor_alone_does_not_see_how_the_portal_is(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    assert client.get("/cms/sante/")["Location"] == "/cms/"
    assert "/cms/sante/" not in client.get("/cms/").content.decode()


def test_the_programme_s_team_may_have_another_way_in_that_superusers_gave(client):
    user = RoleGrantFactory(role=RoleName.PROGRAMME).user
    user.groups.add(editors_like := Group.objects.create(name="Iconographes"))
    editors_like.permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    assert client.get("/cms/choose-page/").status_code == 200


def test_leaving_the_programme_s_team_closes_the_door_at_once(client):
    grant = RoleGrantFactory(role=RoleName.PROGRAMME)
    client.force_login(grant.user)
    assert client.get("/cms/sante/").status_code == 200

    grant.delete()

    assert client.get("/cms/sante/").status_code == 403
    assert Group.objects.get(name=STAFF).user_set.count() == 0


@pytest.mark.parametrize(
    ("roles", "links"),
    [
        ([], []),
        ([RoleName.EDITOR], ["/cms/"]),
        ([RoleName.PROGRAMME], ["/cms/sante/"]),
        ([RoleName.EDITOR, RoleName.PROGRAMME], ["/cms/", "/cms/sante/"]),
    ],
)
def test_the_account_leads_to_what_its_roles_open(client, roles, links):
    user = UserFactory()
    for role in roles:
        RoleGrantFactory(user=user, role=role)
    client.force_login(user)

    page = BeautifulSoup(client.get("/compte/email/").content, "html.parser")

    assert [link["href"] for link in page.select("nav[aria-label='Mon compte'] a[href^='/cms/']")] == links


def test_a_superuser_sees_everything_and_joins_no_group(client):
    client.force_login(User.objects.create_superuser("chef@exemple.fr"))

    assert client.get("/cms/users/").status_code == 200
    assert User.objects.get().groups.count() == 0


def test_the_space_speaks_french_and_asks_no_other_site(client):
    client.force_login(User.objects.create_superuser("chef@exemple.fr"))

    html = client.get("/cms/").content.decode()

    assert '<html lang="fr"' in html
    assert "gravatar" not in html
    assert "releases.wagtail" not in html


def test_signing_in_and_out_of_the_space_is_signing_in_and_out_of_the_portal(client):
    assert client.get("/cms/login/?next=/cms/")["Location"] == "/compte/login/?next=/cms/"
    assert client.get("/cms/logout/")["Location"] == "/compte/logout/"


def test_the_space_lets_nobody_change_their_address_unproved(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    html = client.get("/cms/account/").content.decode()

    assert 'name="name_email-email"' not in html
    assert 'type="password"' not in html


def test_editors_see_their_pages_in_the_explorer(client):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)
    index = Page.objects.get(slug="guides")

    assert "Les quatre phases" in client.get(f"/cms/pages/{index.pk}/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//ailleurs.example",
        "/\\ailleurs.example",
        "x",
    ],
)
def test_an_editor_cannot_write_a_link_that_runs_a_program(address):
    with pytest.raises(StructBlockValidationError):
        LinkBlock().clean(LinkBlock().to_python({"label": "Ici", "url": address}))


@pytest.mark.parametrize("address", ["/missions/?q=x", "https://ailleurs.example/", "mailto:zoe@exemple.fr"])
def test_an_editor_writes_a_link_to_a_page_or_a_mailbox(address):
    cleaned = LinkBlock().clean(LinkBlock().to_python({"label": "Ici", "url": address}))

    assert cleaned["url"] == address


@pytest.mark.parametrize("name", ["page.html", "dessin.svg", "programme.js"])
def test_an_editor_cannot_bring_a_file_that_a_browser_would_run(client, name):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    for given in [name, "texte.txt"]:
        file = SimpleUploadedFile(given, b"<script>alert(1)</script>")
        client.post("/cms/documents/add/", {"title": given, "file": file, "collection": 1})

    assert list(Document.objects.values_list("title", flat=True)) == ["texte.txt"]
