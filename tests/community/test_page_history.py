"""What was changed on a page is told to who keeps it, compared, and undone as long as nothing came over it."""

from datetime import date
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.actions.history import undo
from community.actions.keeping import verify_page
from community.actions.pages import (
    PageRefused,
    add_row,
    add_technology,
    correct_row,
    read_row,
    read_section,
    remove_row,
    remove_technology,
    save_section,
)
from community.actions.profile import state_of
from community.enums import EventName, PhaseName, RoleName
from community.models import PageChange, PageSection, Phase, Startup, StartupEvent
from community.privacy.erasing import erase
from community.privacy.people import Person
from search.api import search
from search.outbox import drain
from search.query import SearchQuery
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    PhaseFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupEventFactory,
    StartupFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

URL = "/startups/ortolan/historique/"
S = PageSection


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", pitch="Avant", incubator=IncubatorFactory(slug="fabrique"))


@pytest.fixture
def lead(startup):
    user = UserFactory()
    MemberFactory(user=user, full_name="Ada Responsable")
    return RoleGrantFactory(user=user, role=RoleName.STARTUP_LEAD, startup=startup).user


def saved(place, section, by, **values) -> PageChange:
    """Save a part of a page as its form does."""
    place.refresh_from_db()
    before = read_section(place, section)
    return save_section(place, section, {**before, **values}, by=by, seen=state_of(before))


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_a_change_is_told_with_its_author_and_both_sides(client, startup, lead):
    theme = ThemeFactory(name="Santé")
    saved(startup, S.PRESENTATION, lead, pitch="Après")
    saved(startup, S.AUDIENCE, lead, themes=[theme.pk])
    client.force_login(lead)

    audience, presentation = client.get(URL).context["lines"]

    assert (presentation.title, presentation.who) == ("Présentation", "Ada Responsable")
    assert [(one.label, one.before, one.after) for one in presentation.comparisons] == [("Mission", "Avant", "Après")]
    assert [(one.label, one.before, one.after) for one in audience.comparisons] == [("Thématiques", "", "Santé")]


def test_of_a_long_text_the_lines_that_differ_are_shown(client, startup, lead):
    saved(startup, S.PRESENTATION, lead, description="un\ndeux\ntrois")
    saved(startup, S.PRESENTATION, lead, description="un\n2\ntrois")
    client.force_login(lead)
    (one,) = client.get(URL).context["lines"][0].comparisons
    assert (one.before, one.after, one.in_part) == ("deux", "2", True)


def test_what_people_wrote_is_shown_as_it_is(client, startup, lead):
    saved(startup, S.PRESENTATION, lead, pitch="<script>alert(1)</script>")
    client.force_login(lead)
    assert "<script>alert" not in client.get(URL).content.decode()


# Undoing ---------------------------------------------------------------------


def test_undoing_gives_back_what_was_there_and_is_a_change_of_its_own(client, startup, lead, index):
    index("startups")
    change = saved(startup, S.PRESENTATION, lead, name="Bruant", pitch="Après")
    client.force_login(lead)

    client.post(f"{URL}{change.pk}/annuler/")
    drain()

    startup.refresh_from_db()
    assert (startup.name, startup.pitch) == ("Ortolan", "Avant")
    assert [hit.key for hit in search("startups", SearchQuery(text="ortolan")).hits] == ["ortolan"]
    made = PageChange.objects.get(undoes=change)
    assert (made.by, made.before, made.after) == (lead, change.after, change.before)
    again, first = client.get(URL).context["lines"]
    assert (again.is_undoing, again.may_undo, first.may_undo) == (True, True, False)
    assert first.undone.endswith("par Ada Responsable")

    undo(made.pk, startup, by=lead)
    startup.refresh_from_db()
    assert startup.name == "Bruant"


def test_what_was_touched_since_is_not_undone_and_the_message_says_by_whom(client, startup, lead):
    first = saved(startup, S.PRESENTATION, lead, name="Bruant", pitch="Après")
    saved(startup, S.PRESENTATION, lead, pitch="Encore après")
    client.force_login(lead)

    answer = client.post(f"{URL}{first.pk}/annuler/", follow=True)

    assert "par Ada Responsable : annulez d’abord ce changement-là" in words(answer)
    startup.refresh_from_db()
    assert (startup.name, startup.pitch) == ("Bruant", "Encore après")
    assert PageChange.objects.count() == 2


def test_a_later_change_of_something_else_is_no_obstacle(startup, lead):
    first = saved(startup, S.PRESENTATION, lead, name="Bruant")
    saved(startup, S.PRESENTATION, lead, pitch="Après")
    undo(first.pk, startup, by=lead)
    startup.refresh_from_db()
    assert (startup.name, startup.pitch) == ("Ortolan", "Après")


def test_what_something_else_than_a_person_has_changed_is_not_undone(startup, lead):
    change = saved(startup, S.PRESENTATION, lead, pitch="Après")
    Startup.objects.update(pitch="De l’import")
    with pytest.raises(PageRefused, match="sans doute par un import"):
        undo(change.pk, startup, by=lead)


def test_a_phase_that_was_added_goes_and_the_one_that_it_ended_runs_again(startup, lead):
    running = PhaseFactory(startup=startup, name=PhaseName.CONSTRUCTION, start=date(2024, 1, 1))
    values = {"name": PhaseName.ACCELERATION, "start": date(2025, 1, 1), "end": None}
    change = add_row(startup, S.PHASES, values, by=lead)
    undo(change.pk, startup, by=lead)
    assert list(Phase.objects.values_list("pk", "end")) == [(running.pk, None)]


def test_a_row_that_comes_back_is_the_same_row(startup, lead):
    event = StartupEventFactory(startup=startup, name=EventName.COMMITTEE, comment="Favorable")
    change = remove_row(startup, S.EVENTS, event.pk, by=lead, seen=state_of(read_row(event)))
    undo(change.pk, startup, by=lead)
    assert list(StartupEvent.objects.values_list("pk", "comment")) == [(event.pk, "Favorable")]


def test_a_phase_does_not_come_back_where_another_has_taken_its_place(startup, lead):
    row = PhaseFactory(startup=startup, name=PhaseName.CONSTRUCTION, start=date(2024, 1, 1), end=date(2024, 6, 1))
    change = remove_row(startup, S.PHASES, row.pk, by=lead, seen=state_of(read_row(row)))
    values = {"name": PhaseName.INVESTIGATION, "start": date(2024, 3, 1), "end": None}
    add_row(startup, S.PHASES, values, by=lead)
    with pytest.raises(PageRefused, match="commence le 1er\u00a0mars 2024"):
        undo(change.pk, startup, by=lead)
    assert Phase.objects.count() == 1


def test_a_corrected_row_is_corrected_back(startup, lead):
    row = StartupEventFactory(startup=startup, comment="Avant")
    values = {**read_row(row), "comment": "Après"}
    change = correct_row(startup, S.EVENTS, row.pk, values, by=lead, seen=state_of(read_row(row)))
    undo(change.pk, startup, by=lead)
    row.refresh_from_db()
    assert row.comment == "Avant"


def test_each_technology_has_its_own_way_back(startup, lead):
    SkillFactory(name="Django")
    SkillFactory(name="Ruby")
    add_technology(startup, "Django", by=lead)
    first = PageChange.objects.get()
    add_technology(startup, "Ruby", by=lead)
    undo(first.pk, startup, by=lead)
    assert list(startup.technologies.values_list("name", flat=True)) == ["Ruby"]
    remove_technology(startup, startup.technologies.get().pk, by=lead)
    undo(PageChange.objects.latest("pk").pk, startup, by=lead)
    assert list(startup.technologies.values_list("name", flat=True)) == ["Ruby"]


def test_nobody_undoes_what_they_do_not_keep(client, startup, lead):
    change = saved(startup, S.PRESENTATION, lead, pitch="Après")
    other = StartupFactory(slug="autre")
    stranger = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=other).user
    with pytest.raises(PermissionDenied):
        undo(change.pk, startup, by=stranger)
    client.force_login(stranger)
    assert client.post(f"{URL}{change.pk}/annuler/").status_code == 403
    assert client.post(f"/startups/autre/historique/{change.pk}/annuler/").status_code == 404
    startup.refresh_from_db()
    assert startup.pitch == "Après"


def test_a_verification_is_not_undone(startup, lead):
    verify_page(startup, by=lead)
    with pytest.raises(PageRefused):
        undo(PageChange.objects.get().pk, startup, by=lead)


def test_an_incubator_s_page_has_its_history_too(client, startup):
    incubator = startup.incubator
    staff = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=incubator).user
    change = saved(incubator, S.PRESENTATION, staff, summary="Nouveau")
    client.force_login(staff)
    assert len(client.get("/incubateurs/fabrique/historique/").context["lines"]) == 1
    client.post(f"/incubateurs/fabrique/historique/{change.pk}/annuler/")
    incubator.refresh_from_db()
    assert incubator.summary == ""


# Erasure ---------------------------------------------------------------------


def test_who_is_erased_becomes_an_erased_account_and_their_name_goes_from_the_texts(client, startup, lead):
    other = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user
    change = saved(startup, S.PRESENTATION, lead, description="Écrire à Ada Responsable")

    erase(Person.of_user(lead), None)

    change.refresh_from_db()
    assert change.after == {"description": "Écrire à [personne effacée]"}
    client.force_login(other)
    page = client.get(URL)
    assert page.context["lines"][0].who == "compte effacé"
    assert "Ada Responsable" not in words(page)
    # What stands on the page was rewritten with it, so the way back is open.
    undo(change.pk, startup, by=other)


# Cost ------------------------------------------------------------------------


def test_a_long_history_asks_no_more_questions(client, startup, lead):
    client.force_login(lead)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(URL).status_code == 200
        return len(asked)

    def change(number: int) -> None:
        user = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user
        undo(saved(startup, S.PRESENTATION, user, pitch=f"Numéro {number}").pk, startup, by=lead)
        saved(startup, S.AUDIENCE, user, themes=[ThemeFactory().pk])

    change(0)
    few = count()
    for number in range(1, 10):
        change(number)
    assert count() == few
