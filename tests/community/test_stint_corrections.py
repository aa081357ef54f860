"""What a record says of a confirmed stint is put right from one's own data, and each side sees what became of it."""

from datetime import date
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.actions.history import undo
from community.actions.pages import PageRefused
from community.actions.stint_corrections import StintCorrectionAction, answer_correction, ask_correction
from community.actions.stint_ends import answer_extension, ask_extension
from community.actions.stints import StintRefused, answer_stint
from community.enums import RoleName
from community.models import AuditEntry, Mail, PageChange, Stint
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

START, END = date(2024, 3, 4), date(2025, 6, 30)
ASKED = (date(2024, 2, 1), date(2025, 5, 31))


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=IncubatorFactory())


def stint_at(*startups, **values) -> Stint:
    member = values.pop("member", None) or MemberFactory(user=UserFactory(), full_name="Ariane Belcombe")
    return StintFactory(**{"member": member, "startups": list(startups), "start": START, "end": END, **values})


def lead_of(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


def subjects(user) -> list[str]:
    return list(Mail.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def dates(stint: Stint) -> tuple:
    stint.refresh_from_db()
    return (stint.start, stint.end, stint.start_asked, stint.end_asked)


def page(client, url: str, **posted) -> str:
    response = client.post(url, posted, follow=True) if posted else client.get(url)
    assert response.status_code == 200
    return unescape(response.content.decode()).replace("\xa0", " ")


def test_one_finds_it_from_one_s_data_asks_and_sees_the_answer(client, startup):
    stint, lead = stint_at(startup), lead_of(startup)
    url = f"/mon-profil/missions/{stint.pk}/corriger/"
    client.force_login(stint.member.user)
    assert "/mon-profil/#parcours" in page(client, "/mes-donnees/")
    assert url in page(client, "/mon-profil/")
    assert 'value="04/03/2024"' in page(client, url)

    told = page(client, url, action="corriger", start="01/02/2024", end="31/05/2025")
    assert "d’autres dates : du 1er février 2024 au 31 mai 2025. D’ici là, rien ne change." in told
    assert "Correction demandée, sans réponse" in page(client, "/mon-profil/")
    assert "Correction d’une mission demandée" in page(client, "/mes-donnees/")
    assert dates(stint) == (START, END, *ASKED)
    assert subjects(lead) == ["Ariane Belcombe demande à corriger sa mission chez Ortolan"]

    client.force_login(lead)
    answers = "/startups/ortolan/missions-a-confirmer/"
    shown = page(client, answers)
    assert "Du 1er février 2024 au 31 mai 2025, au lieu de : du 4 mars 2024 au 30 juin 2025" in shown
    assert "La mission d’Ariane Belcombe est corrigée ou retirée" in page(client, answers, corriger=stint.pk)
    assert dates(stint) == (*ASKED, None, None)
    assert "Missions à corriger" not in page(client, answers)
    assert subjects(stint.member.user) == ["Votre mission chez Ortolan est corrigée"]
    client.force_login(stint.member.user)
    assert "Mission corrigée ou retirée" in page(client, "/mes-donnees/")

    undo(PageChange.objects.get().pk, startup, by=lead)
    assert dates(stint) == (START, END, None, None)


def test_what_is_refused_or_asked_no_more_changes_nothing(client, startup):
    stint, lead = stint_at(startup), lead_of(startup)
    ask_correction(stint.pk, START, None, by=stint.member.user)

    answer_correction(stint.pk, startup, agrees=False, by=lead)

    assert dates(stint) == (START, END, None, None)
    body = Mail.objects.get(user=stint.member.user)
    assert (body.subject, f"/mon-profil/missions/{stint.pk}/corriger/" in body.text) == (
        "Votre mission chez Ortolan n’est pas corrigée",
        True,
    )
    with pytest.raises(StintRefused, match="déjà reçu une réponse"):
        answer_correction(stint.pk, startup, agrees=True, by=lead)
    ask_correction(stint.pk, START, None, by=stint.member.user)
    client.force_login(stint.member.user)
    page(client, f"/mon-profil/missions/{stint.pk}/corriger/", action="renoncer")
    assert dates(stint) == (START, END, None, None)


def test_dates_that_cannot_be_are_refused_and_kept_in_their_fields(client, startup):
    stint = stint_at(startup)
    client.force_login(stint.member.user)
    url = f"/mon-profil/missions/{stint.pk}/corriger/"
    for start, end, said in (
        ("", "", "Indiquez la date de début."),
        ("31/02/2024", "", "Cette date n’existe pas ou n’est pas lisible."),
        ("04/03/2024", "03/03/2024", "La fin est avant le début."),
        ("04/03/2024", "30/06/2025", "Ce sont déjà les dates de cette mission"),
    ):
        told = page(client, url, action="corriger", start=start, end=end)
        assert said in told
        assert f'value="{start}"' in told or not start
    assert dates(stint) == (START, END, None, None)


def test_nobody_asks_for_another_nor_answers_themselves_or_for_another_startup(client, startup):
    stint, other = stint_at(startup), stint_at(startup)
    declared = stint_at(startup, member=stint.member, is_confirmed=False)
    client.force_login(stint.member.user)
    for one in (other, declared):
        assert client.get(f"/mon-profil/missions/{one.pk}/corriger/").status_code == 404
        assert client.post(f"/mon-profil/missions/{one.pk}/corriger/", {"action": "retirer"}).status_code == 404
        with pytest.raises(StintRefused):
            ask_correction(one.pk, *ASKED, by=stint.member.user)

    ask_correction(stint.pk, *ASKED, by=stint.member.user)
    RoleGrantFactory(user=stint.member.user, role=RoleName.STARTUP_LEAD, startup=startup)
    with pytest.raises(StintRefused, match="sa propre mission"):
        answer_correction(stint.pk, startup, agrees=True, by=stint.member.user)
    with pytest.raises(PermissionDenied):
        answer_correction(stint.pk, startup, agrees=True, by=lead_of(StartupFactory()))
    assert dates(stint) == (START, END, *ASKED)


def test_a_stint_that_two_startups_share_is_corrected_by_who_answers_for_both(startup):
    both = stint_at(startup, StartupFactory(incubator=startup.incubator))
    lead, staff = lead_of(startup), RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user
    ask_correction(both.pk, *ASKED, by=both.member.user)

    with pytest.raises(StintRefused, match="partagée"):
        answer_correction(both.pk, startup, agrees=True, by=lead)
    answer_correction(both.pk, startup, agrees=True, by=staff)

    assert dates(both) == (*ASKED, None, None)


WAITING = "/fiches-demandees/"
ANSWERS = "/startups/ortolan/missions-a-confirmer/"
PROGRAMME_ANSWERS = "Personne ne répond aujourd’hui pour la startup : l’équipe du programme répond à votre demande"


def programme():
    return RoleGrantFactory(role=RoleName.PROGRAMME).user


def test_where_nobody_answers_the_programme_s_team_is_told_sees_what_waits_and_answers(client, startup):
    # Nobody answers for themselves.
    stint, declared = stint_at(startup), stint_at(startup, is_confirmed=False)
    RoleGrantFactory(user=stint.member.user, role=RoleName.STARTUP_LEAD, startup=startup)
    StintFactory(startups=[answered := StartupFactory(name="Grèbe")], is_confirmed=False)
    lead_of(answered)
    team = programme()
    client.force_login(stint.member.user)
    url = f"/mon-profil/missions/{stint.pk}/corriger/"
    assert PROGRAMME_ANSWERS in page(client, url)

    ask_correction(stint.pk, *ASKED, by=stint.member.user)
    assert subjects(team) == ["Ariane Belcombe demande à corriger sa mission chez Ortolan"]
    assert PROGRAMME_ANSWERS in page(client, url)

    client.force_login(team)
    waiting = page(client, WAITING)
    assert ("Ortolan" in waiting, ANSWERS in waiting, "Grèbe" in waiting) == (True, True, False)
    shown = page(client, ANSWERS)
    assert ("Personne d’autre ne peut répondre" in shown, 'name="corriger"' in shown) == (True, True)
    # The other one is answered by the lead, who asks for nothing there.
    assert 'name="confirmer"' not in shown
    with pytest.raises(StintRefused):
        answer_stint(declared.pk, startup, confirms=True, by=team)
    assert client.post(ANSWERS, {"corriger": stint.pk})["Location"] == WAITING
    assert dates(stint) == (*ASKED, None, None)
    assert AuditEntry.objects.by(team).filter(action=StintCorrectionAction.DONE).count() == 1
    assert subjects(stint.member.user) == ["Votre mission chez Ortolan est corrigée"]
    assert client.get(ANSWERS).status_code == 404


def test_the_programme_s_team_answers_nothing_where_somebody_else_does(client, startup):
    stint, team = stint_at(startup), programme()
    ask_correction(stint.pk, *ASKED, by=stint.member.user)
    staff = RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user
    client.force_login(stint.member.user)
    assert "l’équipe de son incubateur répond à votre demande" in page(
        client, f"/mon-profil/missions/{stint.pk}/corriger/"
    )

    client.force_login(team)
    assert "Ortolan" not in page(client, WAITING)
    assert client.get(ANSWERS).status_code == 404
    with pytest.raises(StintRefused):
        answer_correction(stint.pk, startup, agrees=True, by=team)
    assert dates(stint) == (START, END, *ASKED)
    answer_correction(stint.pk, startup, agrees=True, by=staff)
    assert dates(stint) == (*ASKED, None, None)


def test_a_startup_that_nobody_answers_for_does_not_hold_up_one_that_shares_the_stint(startup):
    both = stint_at(startup, StartupFactory())
    lead, team = lead_of(startup), programme()

    ask_correction(both.pk, *ASKED, by=both.member.user)

    assert (len(subjects(lead)), subjects(team)) == (1, [])
    answer_correction(both.pk, startup, agrees=True, by=lead)
    assert dates(both) == (*ASKED, None, None)


def test_a_later_end_that_nobody_else_grants_is_granted_by_the_programme_s_team(startup):
    stint, team = stint_at(startup, end=date(2099, 1, 1)), programme()

    ask_extension(stint.pk, date(2099, 7, 1), by=stint.member.user)

    assert len(subjects(team)) == 1
    answer_extension(stint.pk, startup, agrees=True, by=team)
    assert dates(stint) == (START, date(2099, 7, 1), None, None)


def test_a_later_end_takes_the_place_of_a_correction(client, startup):
    stint, lead = stint_at(startup, end=date(2099, 1, 1)), lead_of(startup)
    ask_correction(stint.pk, START, date(2099, 6, 1), by=stint.member.user)
    client.force_login(lead)
    assert "Missions à prolonger" not in page(client, "/startups/ortolan/missions-a-confirmer/")

    ask_extension(stint.pk, date(2099, 7, 1), by=stint.member.user)

    assert dates(stint) == (START, date(2099, 1, 1), None, date(2099, 7, 1))
    shown = page(client, "/startups/ortolan/missions-a-confirmer/")
    assert ("Missions à prolonger" in shown, "Missions à corriger" in shown) == (True, False)


def test_a_stint_that_one_did_not_do_leaves_once_its_lead_agrees(client, startup):
    stint, lead = stint_at(startup), lead_of(startup)
    url = f"/mon-profil/missions/{stint.pk}/corriger/"
    client.force_login(stint.member.user)

    assert "que cette mission quitte votre fiche. D’ici là, rien ne change." in page(client, url, action="retirer")

    page(client, url, action="retirer")
    assert AuditEntry.objects.filter(action=StintCorrectionAction.ASKED).count() == 1
    assert "dit n’avoir pas fait cette mission" in Mail.objects.get(user=lead).text
    client.force_login(lead)
    answers = "/startups/ortolan/missions-a-confirmer/"
    assert "N’a pas fait cette mission, et demande qu’elle quitte sa fiche" in page(client, answers)
    assert Stint.objects.filter(pk=stint.pk).exists()
    page(client, answers, corriger=stint.pk)
    assert not Stint.objects.exists()
    assert subjects(stint.member.user) == ["Votre mission chez Ortolan est retirée"]
    with pytest.raises(PageRefused):
        undo(PageChange.objects.get().pk, startup, by=lead)


def test_of_a_stint_that_no_startup_vouches_for_one_disposes_oneself(client):
    stint = stint_at()
    client.force_login(stint.member.user)
    url = f"/mon-profil/missions/{stint.pk}/corriger/"
    assert ("Demander ces dates" in page(client, url), "La retirer de ma fiche" in page(client, url)) == (False, True)
    page(client, url, action="corriger", start="01/02/2024", end="")
    assert dates(stint) == (START, END, None, None)

    assert "La mission est retirée de votre fiche" in page(client, url, action="retirer")

    assert not Stint.objects.exists()


def test_the_page_of_the_lead_costs_the_same_for_few_and_many(client, startup, django_assert_num_queries):
    client.force_login(lead_of(startup))
    url = "/startups/ortolan/missions-a-confirmer/"
    stint_at(startup, start_asked=ASKED[0])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(8):
        stint_at(startup, start_asked=ASKED[0])
    with django_assert_num_queries(len(few)):
        told = client.get(url)
    assert told.content.decode().count('name="corriger"') == 9
