"""How the portal says that it is well, or not."""

import threading

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.models import Collection, Locale, Page

from community.clock.jobs import jobs
from community.enums import RoleName
from community.models import PeriodicRun, User
from portal import health
from portal.site_search.kinds import KINDS
from search import outbox, refused, registry
from search.health import Check, Finding, State
from search.models import OutboxEntry, RefusedRow
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, UserFactory

# Each check has a connection of its own, which sees what is committed.
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def built(transactional_db):
    """Every index, and nothing that waits."""
    # What migrations made is gone when a test that commits has run.
    Locale.objects.get_or_create(language_code="fr")
    if not Page.objects.exists():
        Page.add_root(title="Root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    call_command("search_rebuild", verbosity=0)
    OutboxEntry.objects.all().delete()
    now = timezone.now()
    PeriodicRun.objects.bulk_create(PeriodicRun(name=job.name, known_since=now, succeeded_at=now) for job in jobs())


@pytest.fixture
def superuser(client, built):
    """Somebody who may see everything, signed in."""
    user = User.objects.create_superuser("chef@exemple.fr")
    OutboxEntry.objects.all().delete()
    client.force_login(user)
    return user


def test_everything_is_well(client, built):
    response = client.get("/sante/")

    told = response.json()
    assert (response.status_code, told["status"]) == (200, "ok")
    assert {name: check["status"] for name, check in told["checks"].items()} == {
        "database": "ok",
        "engine": "ok",
        "outbox": "ok",
        "refused": "ok",
        "mail": "ok",
        "periodic": "ok",
    }
    assert told["checks"]["engine"]["rows"]["members"] == 0
    assert told["checks"]["outbox"]["pending"] == 0


def test_it_is_kept_by_no_cache_and_makes_no_session(client, built):
    response = client.get("/sante/")

    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response.cookies == {}
    assert client.head("/sante/").status_code == 200
    assert client.post("/sante/").status_code == 405


def test_a_dead_search_leaves_the_site_in_service_and_says_so(client, settings, transactional_db):
    response = client.get("/sante/")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["engine"]["status"] == "degraded"
    assert response.json()["checks"]["engine"]["rows"]["members"] is None


def test_it_tells_nobody_s_name(client, built):
    member = MemberFactory(full_name="Zéphyrine Quatremarre")
    refused.set_aside(registry.get("members"), {member.pk: "ValueError: Zéphyrine Quatremarre"})

    response = client.get("/sante/")

    assert response.json()["checks"]["refused"] == {
        "status": "degraded",
        "members": 1,
        "since": RefusedRow.objects.get().since.isoformat(timespec="seconds"),
    }
    assert "phyrine" not in response.content.decode()


def test_without_a_database_it_answers_503_even_to_a_session():
    """Nothing may be asked of the database here: any query fails."""
    client = Client()
    client.cookies["sessionid"] = "a-session-that-cannot-be-read"

    response = client.get("/sante/")

    assert response.status_code == 503
    assert response.json()["status"] == "down"
    assert response.json()["checks"]["database"] == {"status": "down"}
    assert response.json()["checks"]["outbox"] == {"status": "degraded"}


@pytest.fixture
def silent():
    """A check that does not answer, and how often it was asked."""
    released, asked = threading.Event(), []

    def run():
        asked.append(1)
        released.wait(timeout=30)
        return Finding(State.OK, "Enfin.")

    yield Check("silent", "Muet", run), asked
    released.set()


def test_what_hangs_is_told_and_holds_nobody_up(silent):
    check, asked = silent
    quick = Check("quick", "Rapide", lambda: Finding(State.OK, "Là."))

    for _ in range(3):
        found = health.findings([check, quick], seconds=0.05)
        assert [(one.name, finding.state) for one, finding in found] == [
            ("silent", State.DEGRADED),
            ("quick", State.OK),
        ]
    assert asked == [1], "it is not asked again while it has not answered"


def test_what_fails_is_bad_for_the_site_only_when_it_is_vital():
    def fail():
        raise RuntimeError("nobody's fault")

    checks = [Check("a", "A", fail), Check("b", "B", fail, vital=True)]

    assert [finding.state for _check, finding in health.findings(checks)] == [State.DEGRADED, State.DOWN]
    assert health.worst([State.OK, State.DOWN, State.DEGRADED]) is State.DOWN
    assert health.worst([]) is State.OK


# The page for the staff ------------------------------------------------------


@committed
def test_an_editor_who_is_not_of_the_team_sees_neither_page_nor_menu(client, built):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    # Wagtail leads back to its first page, and says why there.
    assert client.get("/cms/sante/")["Location"] == "/cms/"
    assert client.post("/cms/sante/")["Location"] == "/cms/"
    assert "/cms/sante/" not in client.get("/cms/").content.decode()


@committed
@pytest.mark.parametrize("roles", [[RoleName.PROGRAMME], [RoleName.PROGRAMME, RoleName.EDITOR]], ids=len)
def test_the_team_sees_the_page_and_finds_it_in_the_menu(client, built, roles):
    user = UserFactory()
    for role in roles:
        RoleGrantFactory(user=user, role=role)
    client.force_login(user)

    assert client.get("/cms/sante/").status_code == 200
    assert '"/cms/sante/"' in client.get("/cms/", follow=True).content.decode()


@committed
def test_a_visitor_is_asked_who_they_are(client):
    assert client.get("/cms/sante/")["Location"] == "/compte/login/?next=/cms/sante/"


def test_the_page_says_in_words_that_all_is_well(client, superuser):
    page = BeautifulSoup(client.get("/cms/sante/").content, "html.parser")

    assert [heading.text.split() for heading in page.select("main h2")] == [
        ["Base", "de", "données", ":", "en", "ordre"],
        ["Courriels", ":", "en", "ordre"],
        ["Tâches", "périodiques", ":", "en", "ordre"],
        ["Moteur", "de", "recherche", ":", "en", "ordre"],
        ["Changements", "en", "attente", "d’indexation", ":", "en", "ordre"],
        ["Fiches", "mises", "de", "côté", ":", "en", "ordre"],
    ]
    assert "Tout va bien." in page.select_one("main").text


def test_the_page_calls_the_indexes_as_people_do_and_gives_the_names_of_the_commands_beside(client, superuser):
    StartupFactory()
    page = BeautifulSoup(client.get("/cms/sante/").content, "html.parser")

    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    named = {row[2]: row[0] for row in rows}
    assert [row.get_text(strip=True) for row in page.select("thead th")] == ["Liste", "Fiches", "Nom technique"]
    assert {name: named[name] for name in ("guides", "members", "missions", "startups")} == {
        "guides": "Guides et pages",
        "members": "Membres",
        "missions": "Missions",
        "startups": "Startups",
    }
    assert [row[1] for row in rows if row[2] == "members"] == ["0"]


def test_a_list_without_a_tab_of_its_own_is_called_as_its_model():
    assert (health.label_of("startups"), health.label_of("nulle-part")) == ("Startups", "nulle-part")
    others = {document.name for document in registry.all()} - {kind.document_name for kind in KINDS.values()}
    assert {health.label_of(name) for name in others} == {
        capfirst(registry.get(name).model._meta.verbose_name_plural) for name in others
    }


def test_the_page_names_the_rows_set_aside_with_their_reasons(client, superuser):
    startup = StartupFactory(name="Service des phares")
    refused.set_aside(registry.get("startups"), {startup.pk: "ValueError: <b>trop long</b>", 987_654: "x"})

    page = BeautifulSoup(client.get("/cms/sante/").content, "html.parser")

    rows = page.select("section[aria-labelledby=sante-fiches] tbody tr")
    assert [row.select_one("a")["href"] if row.select_one("a") else None for row in rows] == [
        startup.get_absolute_url(),
        None,
    ]
    cells = [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in rows]
    assert [[*row[:3], row[4]] for row in cells] == [
        ["Service des phares", "Startups", "ValueError: <b>trop long</b>", f"startups {startup.pk}"],
        ["Fiche supprimée", "Startups", "x", "startups 987654"],
    ]


def test_trying_again_does_what_waits_and_what_was_set_aside(client, superuser):
    startup = StartupFactory()
    refused.set_aside(registry.get("startups"), {startup.pk: "an old fault"})
    OutboxEntry.objects.create(document="startups", ids=[startup.pk], attempts=9, not_before="2100-01-01T00:00Z")

    response = client.post("/cms/sante/", follow=True)

    assert response.redirect_chain == [("/cms/sante/", 302)]
    assert "L’index est à jour." in response.content.decode()
    assert (outbox.pending(), RefusedRow.objects.count()) == (0, 0)


def test_trying_again_in_vain_says_how_much_is_left(client, superuser):
    OutboxEntry.objects.create(document="startups", source="community.startup", source_id="not a number")

    page = client.post("/cms/sante/", follow=True).content.decode()

    assert "1 changements attendent encore" in page


def test_trying_again_needs_the_form(superuser):
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)

    assert client.post("/cms/sante/").status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_the_same_of_the_database_whatever_it_shows(
    client, superuser, rows, django_assert_max_num_queries
):
    startups = StartupFactory.create_batch(rows)
    refused.set_aside(registry.get("startups"), {startup.pk: "x" for startup in startups})
    client.get("/cms/sante/")

    with django_assert_max_num_queries(20) as queries:
        client.get("/cms/sante/")

    assert len([query for query in queries.captured_queries if "community_startup" in query["sql"]]) == 1
