"""What a startup's own people keep on its page, an import of the public data does not take from them."""

from datetime import date

import pytest

from community.actions.history import undo
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
from community.actions.team import change_end
from community.enums import RoleName
from community.importing import import_content
from community.models import PageChange, PageSection, Phase, Startup, Stint
from tests.community.factories import RoleGrantFactory
from tests.community.importing.test_reimport import again, conflicts

pytestmark = pytest.mark.django_db

S = PageSection


@pytest.fixture
def imported(content):
    import_content(content.root)
    return content


@pytest.fixture
def startup(imported) -> Startup:
    return Startup.objects.get()


@pytest.fixture
def lead(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


def saved(startup, section, by, **values) -> PageChange:
    before = read_section(startup, section)
    return save_section(startup, section, {**before, **values}, by=by, seen=state_of(before))


def test_a_part_that_was_saved_here_stays_and_the_rest_follows_the_source(imported, startup, lead):
    saved(startup, S.PRESENTATION, lead, pitch="Écrit par l’équipe")
    imported.startup("essai", mission="Écrit à la source", title="Nouveau titre", link="https://neuf.exemple.fr")

    report = again(imported)

    startup.refresh_from_db()
    assert (startup.pitch, startup.name, startup.website) == (
        "Écrit par l’équipe",
        "Nouveau titre",
        "https://neuf.exemple.fr",
    )
    assert conflicts(report) == ["« pitch » : « Écrit par l’équipe » ici, « Écrit à la source » à la source"]


def test_phases_kept_here_are_neither_doubled_nor_brought_back(imported, startup, lead):
    investigation, construction = startup.phases.order_by("start")
    remove_row(startup, S.PHASES, investigation.pk, by=lead, seen=state_of(read_row(investigation)))
    values = {**read_row(construction), "end": date(2020, 5, 1)}
    correct_row(startup, S.PHASES, construction.pk, values, by=lead, seen=state_of(read_row(construction)))
    add_row(startup, S.PHASES, {"name": "acceleration", "start": date(2020, 6, 1), "end": None}, by=lead)
    imported.startup("essai", mission="Autre chose")

    again(imported)

    assert list(Phase.objects.order_by("start").values_list("name", "end")) == [
        ("construction", date(2020, 5, 1)),
        ("acceleration", None),
    ]
    undo(PageChange.objects.earliest("pk").pk, startup, by=lead)
    again(imported)
    assert Phase.objects.count() == 3


def test_technologies_kept_here_stay(imported, startup, lead):
    react = startup.technologies.get(name="React")
    remove_technology(startup, react.pk, by=lead)
    add_technology(startup, "Django", by=lead)
    imported.startup("essai", techno=["react.js", "Python", "Ruby"])

    again(imported)

    assert set(startup.technologies.values_list("name", flat=True)) == {"Python", "Django", "Ruby"}


def test_the_end_of_a_stint_that_the_team_said_stays(imported, startup, lead):
    stint = Stint.objects.get()
    change_end(startup, stint.pk, date(2020, 12, 1), by=lead)
    imported.member("camille.essai", role="Autre métier")
    again(imported)
    stint.refresh_from_db()
    assert stint.end == date(2020, 12, 1)


def test_a_startup_whose_page_was_kept_here_does_not_vanish_with_its_file(imported, startup, lead):
    paths = [imported.startup(slug) for slug in ("gardee", "oubliee")]
    import_content(imported.root)
    kept = Startup.objects.get(slug="gardee")
    staff = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=kept.incubator).user
    change = saved(kept, S.PRESENTATION, staff, pitch="Écrit par l’incubateur")
    undo(change.pk, kept, by=staff)
    for path in paths:
        path.unlink()
    import_content(imported.root)
    assert set(Startup.objects.values_list("slug", flat=True)) == {"essai", "gardee"}


def test_what_the_import_wrote_over_a_change_is_not_undone(imported, startup, lead):
    change = saved(startup, S.LINKS, lead, website="https://equipe.exemple.fr")
    undo(change.pk, startup, by=lead)
    redone = PageChange.objects.get(undoes=change)
    imported.startup("essai", link="https://neuf.exemple.fr")
    again(imported)
    startup.refresh_from_db()
    assert startup.website == "https://neuf.exemple.fr"
    with pytest.raises(PageRefused, match="sans doute par un import"):
        undo(redone.pk, startup, by=lead)
