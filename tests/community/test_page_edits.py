"""The page of a startup, or of an incubator, is changed by its own people, part by part, and by nobody else."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.actions.keeping import remind_of_pages, tell_of_leaderless, verify_page
from community.actions.pages import PageRefused, add_row, read_section, save_section
from community.actions.profile import ChangedMeanwhile, state_of
from community.days import today
from community.enums import EventName, PhaseName, RoleName
from community.models import Mail, PageChange, PageSection, Phase, RoleGrant, Skill, Startup
from search.api import search
from search.outbox import drain
from search.query import SearchQuery
from tests.community.factories import (
    IncubatorFactory,
    OrganisationFactory,
    PhaseFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupEventFactory,
    StartupFactory,
    ThemeFactory,
    UserFactory,
    UserTypeFactory,
)

pytestmark = pytest.mark.django_db

EDIT = "/startups/ortolan/modifier/"
PAGES = [
    EDIT,
    *(f"{EDIT}{part}/" for part in ("presentation", "usagers", "liens", "technologies", "sponsors")),
    *(f"{EDIT}{rows}/ajouter/" for rows in ("phases", "evenements")),
    *(f"{EDIT}{part}/propositions/" for part in ("technologies", "sponsors")),
    *(f"/startups/ortolan/{page}/" for page in ("historique", "equipe", "equipe/ajouter")),
]
OF_INCUBATOR = [f"/incubateurs/fabrique/{page}/" for page in ("modifier", "modifier/presentation", "historique")]


@pytest.fixture
def startup():
    return StartupFactory(
        slug="ortolan", name="Ortolan", description="Ancien texte", incubator=IncubatorFactory(slug="fabrique")
    )


@pytest.fixture
def lead(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup, start=today() - timedelta(days=100)).user


def staff_of(incubator):
    return RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=incubator).user


def said(client, path: str) -> dict[str, object]:
    """What the form of a page holds, to be sent back."""
    form = client.get(path).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


# Who -------------------------------------------------------------------------


def test_every_page_opens_for_the_lead_the_incubator_and_the_programme(client, startup, lead):
    client.force_login(lead)
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)
    for user in (staff_of(startup.incubator), RoleGrantFactory(role=RoleName.PROGRAMME).user):
        client.force_login(user)
        for path in PAGES[:3]:
            assert (path, client.get(path).status_code) == (path, 200)


def test_no_page_opens_for_anybody_else(client, startup):
    others = [
        UserFactory(),
        RoleGrantFactory(role=RoleName.RECRUITER, startup=startup).user,
        RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user,
        RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup, end=today() - timedelta(days=1)).user,
        staff_of(IncubatorFactory()),
        RoleGrantFactory(role=RoleName.EDITOR).user,
    ]
    assert {client.get(path).status_code for path in PAGES + OF_INCUBATOR} == {302}
    for user in others:
        client.force_login(user)
        assert client.get(EDIT).status_code == 403
        for path in (PAGES[1], OF_INCUBATOR[1]):
            assert client.post(path, {"name": "Volé"}).status_code == 403
    for path in PAGES + OF_INCUBATOR:
        assert (path, client.get(path).status_code) == (path, 403)
    assert Startup.objects.filter(name="Volé").exists() is False
    assert PageChange.objects.count() == 0


def test_the_page_of_an_incubator_is_its_staff_s_and_not_its_startups(client, startup, lead):
    client.force_login(lead)
    assert client.get(OF_INCUBATOR[0]).status_code == 403

    client.force_login(staff_of(startup.incubator))
    assert {client.get(path).status_code for path in OF_INCUBATOR} == {200}
    path = OF_INCUBATOR[1]
    client.post(path, said(client, path) | {"name": "La Grande Fabrique", "summary": "Pour tous"})
    startup.incubator.refresh_from_db()
    assert (startup.incubator.name, startup.incubator.summary) == ("La Grande Fabrique", "Pour tous")
    assert PageChange.objects.get().incubator == startup.incubator


def test_what_does_not_exist_is_not_found(client, startup, lead):
    client.force_login(lead)
    elsewhere = PhaseFactory()
    for path in (f"{EDIT}autre/", f"{EDIT}phases/{elsewhere.pk}/", "/startups/aucune/modifier/"):
        assert client.get(path).status_code == 404


def test_the_public_page_shows_the_way_to_its_keepers_alone(client, startup, lead):
    client.force_login(UserFactory())
    assert EDIT not in client.get(startup.get_absolute_url()).content.decode()
    client.force_login(lead)
    assert EDIT in client.get(startup.get_absolute_url()).content.decode()


# Sections --------------------------------------------------------------------


def test_a_part_is_saved_the_index_follows_and_the_history_remembers(client, startup, lead, index):
    index("startups")
    client.force_login(lead)
    path = f"{EDIT}presentation/"

    response = client.post(path, said(client, path) | {"name": "Bruant", "description": "## Nouveau\ntexte"})
    drain()

    assert response.headers["Location"] == EDIT
    startup.refresh_from_db()
    assert (startup.name, startup.description) == ("Bruant", "## Nouveau\ntexte")
    assert [hit.key for hit in search("startups", SearchQuery(text="bruant")).hits] == ["ortolan"]
    change = PageChange.objects.get()
    assert (change.by, change.before, change.after) == (
        lead,
        {"name": "Ortolan", "description": "Ancien texte"},
        {"name": "Bruant", "description": "## Nouveau\ntexte"},
    )


def test_saving_what_is_there_already_leaves_no_trace(client, startup, lead):
    client.force_login(lead)
    for part in ("presentation", "usagers", "liens"):
        path = f"{EDIT}{part}/"
        assert client.post(path, said(client, path)).status_code == 302
    assert PageChange.objects.count() == 0


def test_two_people_who_write_at_once_lose_nothing(client, startup, lead):
    client.force_login(lead)
    path = f"{EDIT}presentation/"
    mine = said(client, path) | {"name": "Le mien"}
    Startup.objects.update(name="Le sien")

    answer = client.post(path, mine)

    assert "Enregistré entre-temps : Le sien." in words(answer)
    assert answer.context["form"]["name"].value() == "Le mien"
    startup.refresh_from_db()
    assert startup.name == "Le sien"
    again = {name: answer.context["form"][name].value() for name in answer.context["form"].fields}
    assert client.post(path, again).status_code == 302
    startup.refresh_from_db()
    assert startup.name == "Le mien"


def test_the_verb_itself_refuses_a_save_made_from_something_older(startup, lead):
    seen = state_of(read_section(startup, PageSection.PRESENTATION))
    values = {"name": "A", "pitch": "", "description": ""}
    save_section(startup, PageSection.PRESENTATION, values, by=lead, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        save_section(startup, PageSection.PRESENTATION, values | {"name": "B"}, by=lead, seen=seen)
    with pytest.raises(PermissionDenied):
        save_section(startup, PageSection.PRESENTATION, values, by=UserFactory(), seen=seen)


def test_the_preview_shows_the_markdown_and_saves_nothing(client, startup, lead):
    client.force_login(lead)
    path = f"{EDIT}presentation/"
    answer = client.post(
        path, said(client, path) | {"description": "**gras** <script>alert(1)</script>", "apercu": "1"}
    )
    assert "<strong>gras</strong>" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    startup.refresh_from_db()
    assert startup.description == "Ancien texte"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("exemple.fr", "https://exemple.fr"), ("http://exemple.fr/a", "http://exemple.fr/a"), ("", "")],
)
def test_an_address_is_kept_as_one_that_a_link_may_open(client, startup, lead, typed, kept):
    client.force_login(lead)
    path = f"{EDIT}liens/"
    client.post(path, said(client, path) | {"website": typed, "contact": "equipe@exemple.fr"})
    startup.refresh_from_db()
    assert (startup.website, startup.contact) == (kept, "equipe@exemple.fr")


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "data:text/html,x", "ftp://exemple.fr", "équipe@", "a b"])
def test_any_other_address_is_refused_and_stays_in_its_field(client, startup, lead, typed):
    client.force_login(lead)
    path = f"{EDIT}liens/"
    for name in ("website", "contact"):
        answer = client.post(path, said(client, path) | {name: typed})
        assert answer.status_code == 200
        assert answer.context["form"].errors.keys() == {name}
        assert answer.context["form"][name].value() == typed
    assert PageChange.objects.count() == 0


def test_themes_and_users_are_those_of_the_list_and_those_that_were_there(client, startup, lead):
    own, official, other = ThemeFactory(), ThemeFactory(is_official=True), ThemeFactory()
    kind = UserTypeFactory(is_official=True)
    startup.themes.set([own])
    client.force_login(lead)
    path = f"{EDIT}usagers/"
    offered = [label for _pk, label in client.get(path).context["form"].fields["themes"].choices]
    assert sorted(name for name in offered if name in {own.name, official.name, other.name}) == sorted(
        [own.name, official.name]
    )

    client.post(path, said(client, path) | {"themes": [own.pk, official.pk], "user_types": [kind.pk]})

    assert set(startup.themes.all()) == {own, official}
    assert set(startup.user_types.all()) == {kind}
    assert client.post(path, said(client, path) | {"themes": [other.pk]}).status_code == 200
    assert set(startup.themes.all()) == {own, official}


# Phases and events -----------------------------------------------------------


def phases(startup) -> list[tuple[str, date, date | None]]:
    return list(Phase.objects.filter(startup=startup).order_by("start").values_list("name", "start", "end"))


def test_a_new_phase_ends_the_one_that_runs_on_the_day_before(client, startup, lead):
    PhaseFactory(startup=startup, name=PhaseName.INVESTIGATION, start=date(2024, 1, 8))
    client.force_login(lead)

    client.post(f"{EDIT}phases/ajouter/", {"name": "construction", "start": "01/06/2024", "end": "", "state": ""})

    assert phases(startup) == [
        ("investigation", date(2024, 1, 8), date(2024, 5, 31)),
        ("construction", date(2024, 6, 1), None),
    ]
    assert len(PageChange.objects.get().after) == 2


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2024-05-01", "2024-04-01", "end"),
        ("2024-03-01", "2024-04-01", "start"),
        ("2023-06-01", "2024-02-01", "end"),
        ("2023-06-01", None, "end"),
        ("2024-01-01", "2024-01-02", "start"),
    ],
    ids=["ends first", "inside another", "into another", "without end before another", "same day"],
)
def test_a_phase_that_does_not_fit_is_refused(startup, lead, start, end, field):
    PhaseFactory(startup=startup, name=PhaseName.INVESTIGATION, start=date(2024, 1, 1), end=date(2024, 12, 31))
    values = {
        "name": "construction",
        "start": date.fromisoformat(start),
        "end": date.fromisoformat(end) if end else None,
    }
    with pytest.raises(PageRefused) as refused:
        add_row(startup, PageSection.PHASES, values, by=lead)
    assert refused.value.field == field
    assert (Phase.objects.count(), PageChange.objects.count()) == (1, 0)


def test_phases_that_overlap_already_stop_nobody_from_adding_the_next(startup, lead):
    PhaseFactory(startup=startup, name=PhaseName.INVESTIGATION, start=date(2019, 1, 1))
    PhaseFactory(startup=startup, name=PhaseName.CONSTRUCTION, start=date(2020, 1, 1))
    values = {"name": "acceleration", "start": date(2021, 1, 1), "end": None}
    add_row(startup, PageSection.PHASES, values, by=lead)
    assert phases(startup) == [
        ("investigation", date(2019, 1, 1), None),
        ("construction", date(2020, 1, 1), date(2020, 12, 31)),
        ("acceleration", date(2021, 1, 1), None),
    ]


def test_a_phase_is_corrected_in_its_own_row_and_taken_away(client, startup, lead):
    row = PhaseFactory(startup=startup, name=PhaseName.CONSTRUCTION, start=date(2024, 1, 8))
    path = f"{EDIT}phases/{row.pk}/"
    client.force_login(lead)
    client.post(path, said(client, path) | {"start": "09/01/2024", "end": "10/02/2024"})
    assert list(Phase.objects.values_list("pk", "start", "end")) == [(row.pk, date(2024, 1, 9), date(2024, 2, 10))]

    bad = client.post(path, said(client, path) | {"start": "31/02/2024"})
    assert "Cette date n’existe pas" in words(bad)
    assert bad.context["form"]["start"].value() == "31/02/2024"

    stale = {"retirer": "1", "state": "autre"}
    client.post(path, stale)
    assert Phase.objects.count() == 1
    client.post(path, said(client, path) | {"retirer": "1"})
    assert Phase.objects.count() == 0
    assert "a été retirée entre-temps" in words(client.post(path, {"name": "construction", "start": "01/01/2024"}))


def test_an_event_is_added_with_its_comment_and_the_story_tells_it(client, startup, lead):
    client.force_login(lead)
    answer = client.post(f"{EDIT}evenements/ajouter/", {"name": "", "date": "", "comment": "Un comité"})
    assert answer.context["form"]["comment"].value() == "Un comité"
    assert answer.context["form"].errors.keys() == {"name", "date"}

    told = {"name": EventName.COMMITTEE, "date": "12/03/2024", "comment": "Un comité favorable"}
    client.post(f"{EDIT}evenements/ajouter/", told)

    assert "Un comité favorable" in words(client.get(startup.get_absolute_url()))


# Technologies ----------------------------------------------------------------


def test_a_technology_is_found_by_any_of_its_spellings(client, startup, lead, index):
    index("startups")
    SkillFactory(name="PostgreSQL", aliases=["Postgres"], is_proposed=True)
    client.force_login(lead)
    path = f"{EDIT}technologies/"

    client.post(path, {"nom": "postgres", "ajouter": "1"})
    drain()

    assert list(startup.technologies.values_list("name", flat=True)) == ["PostgreSQL"]
    assert [hit.key for hit in search("startups", SearchQuery(text="postgresql")).hits] == ["ortolan"]
    near = client.post(path, {"nom": "Postgress", "ajouter": "1"})
    assert near.context["near"] == ("PostgreSQL",)
    assert client.post(path, {"nom": "!!", "ajouter": "1"}).context["error"].startswith("Indiquez une technologie")
    assert Skill.objects.filter(name="Postgress").exists() is False
    names = client.get(f"{path}propositions/", {"nom": "post"}).context["names"]
    assert list(names) == ["PostgreSQL"]

    client.post(path, {"retirer": str(startup.technologies.get().pk)})
    client.post(path, {"retirer": "9" * 30})
    assert startup.technologies.count() == 0
    assert PageChange.objects.count() == 2


# Once a year -----------------------------------------------------------------


def test_a_page_that_nobody_verified_for_a_year_asks_for_it_and_one_click_answers(client, startup, lead):
    startup.verified_on = today() - timedelta(days=365)
    startup.save()
    client.force_login(lead)
    assert client.get(EDIT).context["is_due"] is True

    client.post("/startups/ortolan/verifier/")

    assert client.get(EDIT).context["is_due"] is False
    client.logout()
    assert "Vérifiée par l’équipe le" in words(client.get(startup.get_absolute_url()))
    assert PageChange.objects.get().by == lead
    assert verify_page(startup, by=lead) is False


def test_only_who_leads_the_startup_says_that_its_team_has_verified_it(client, startup):
    client.force_login(staff_of(startup.incubator))
    assert client.get(EDIT).context["may_verify"] is False
    assert client.post("/startups/ortolan/verifier/").status_code == 403
    assert "Vérifiée par l’équipe" not in words(client.get(startup.get_absolute_url()))


def test_leads_are_reminded_once_a_year_while_the_startup_lives(startup, lead):
    PhaseFactory(startup=startup)
    RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup, start=today() - timedelta(days=5))
    stopped = StartupFactory(phase=PhaseName.ABANDON)
    RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=stopped, start=today() - timedelta(days=100))
    fresh = StartupFactory(phase=PhaseName.CONSTRUCTION, verified_on=today() - timedelta(days=364))
    RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=fresh, start=today() - timedelta(days=500))

    assert (remind_of_pages(), remind_of_pages()) == (1, 0)
    mail = Mail.objects.get()
    assert (mail.user, mail.subject) == (lead, "La page d’Ortolan est-elle toujours juste ?")
    assert EDIT in mail.text

    verify_page(startup, by=lead)
    Startup.objects.filter(pk=startup.pk).update(verified_on=today() - timedelta(days=365))
    assert remind_of_pages() == 1


def test_a_startup_that_loses_its_last_lead_is_told_to_its_incubator_once(startup, lead):
    PhaseFactory(startup=startup)
    StartupFactory(phase=PhaseName.CONSTRUCTION)
    staff = staff_of(startup.incubator)
    assert tell_of_leaderless() == 0
    RoleGrant.objects.filter(user=lead).update(end=today() - timedelta(days=1))

    assert (tell_of_leaderless(), tell_of_leaderless()) == (1, 0)
    assert Mail.objects.get().user == staff


# Cost ------------------------------------------------------------------------


def test_a_page_with_much_on_it_asks_no_more_questions(client, startup, lead):
    client.force_login(lead)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(EDIT).status_code == 200
        return len(asked)

    PhaseFactory(startup=startup)
    StartupEventFactory(startup=startup)
    startup.technologies.add(SkillFactory())
    few = count()
    for number in range(6):
        PhaseFactory(startup=startup, start=date(2015 + number, 1, 1))
        StartupEventFactory(startup=startup)
        startup.technologies.add(SkillFactory())
        startup.themes.add(ThemeFactory())
        startup.sponsors.add(OrganisationFactory())
    assert count() == few
