"""/missions/<slug>/postuler/: one page, on which nothing typed is lost, whatever goes wrong."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from community.days import today
from community.enums import Domain, Engagement, FieldAudience, Visibility
from community.models import Mail
from recruitment.enums import ApplicationState, InvitationState, MissionState
from recruitment.models import (
    Application,
    ApplicationDocument,
    ApplicationDraft,
    ApplicationEvent,
    Mission,
    MissionInvitation,
    MissionQuestion,
)
from tests.community.factories import MemberFactory, UserFactory
from tests.community.pdf import making
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

MESSAGE = "Ce service m’attire.\nJe connais bien vos usagers."
TYPED = {"message": MESSAGE, "available_from": "", "days_per_week": "4", "daily_rate": "520"}


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


@pytest.fixture
def mission():
    return MissionFactory(title="Développer le carnet")


@pytest.fixture
def member(client):
    row = MemberFactory(
        user=UserFactory(), full_name="Ariane Belcombe", role="Développeuse", biography="Des services simples."
    )
    client.force_login(row.user)
    return row


def url_of(mission):
    return f"/missions/{mission.slug}/postuler/"


def page(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def standing(response):
    """What stands in the boxes of the form."""
    form = page(response).select_one("main form[method=post]")
    boxes = {box["name"]: box.get("value", "") for box in form.select("input[name]:not([type=file])")}
    return boxes | {box["name"]: box.get_text().removeprefix("\n") for box in form.select("textarea")}


def alert(response):
    found = page(response).select_one("main .fr-alert--warning.fr-mb-3w[role=alert]")
    return " ".join(found.get_text(" ").split()) if found else ""


def faults(response):
    return [one.get_text(strip=True) for one in page(response).select(".fr-error-text")]


def pdf(name="cv.pdf"):
    return SimpleUploadedFile(name, making.pdf("Compétences\nDjango"))


def subjects(user):
    return list(Mail.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


# Sending ---------------------------------------------------------------------------


def test_one_page_sends_all_that_was_said_and_tells_both_sides(client, member, mission):
    reader = recruiter_of(mission.startup)
    needed = MissionQuestion.objects.create(mission=mission, position=1, text="Pourquoi nous ?")
    asked = MissionQuestion.objects.create(mission=mission, position=2, text="Un lien ?", is_required=False)
    start = today() + timedelta(days=30)

    response = client.post(
        url_of(mission),
        TYPED
        | {
            "available_from": f"{start:%d/%m/%Y}",
            f"question_{needed.pk}": "Pour la mer.",
            f"question_{asked.pk}": "",
            "documents": pdf(),
        },
    )

    row = Application.objects.get()
    assert response["Location"] == f"/mes-candidatures/{row.pk}/"
    assert (row.candidate, row.mission, row.message) == (member.user, mission, MESSAGE)
    assert (row.available_from, row.days_per_week, row.daily_rate, row.state) == (start, 4, 520, "submitted")
    assert [(answer.asked, answer.text) for answer in row.answers.all()] == [("Pourquoi nous ?", "Pour la mer.")]
    assert [document.name for document in row.documents.all()] == ["cv.pdf"]
    assert ApplicationDraft.objects.count() == 0
    [event] = ApplicationEvent.objects.all()
    assert (event.from_state, event.to_state, event.actor_kind) == ("", "submitted", "candidate")
    assert subjects(member.user) == ["Votre candidature est envoyée : Développer le carnet"]
    assert subjects(reader) == ["Nouvelle candidature : Développer le carnet"]
    told = Mail.objects.get(user=reader)
    assert "Ariane Belcombe a postulé" in told.text
    assert member.user.email not in told.text + told.html


def test_an_account_without_a_record_gives_its_name_and_a_cv(client, mission):
    user = UserFactory(first_name="", last_name="")
    client.force_login(user)
    assert "votre nom, à indiquer ci-dessous" in page(client.get(url_of(mission))).select_one("#profil").text

    refused = client.post(url_of(mission), TYPED | {"full_name": "Lin Orvane"})
    assert Application.objects.count() == 0
    assert standing(refused)["full_name"] == "Lin Orvane"
    assert "un CV en PDF" in page(refused).select_one("#profil").text

    client.post(url_of(mission), TYPED | {"full_name": "Lin Orvane", "documents": pdf()})
    assert Application.objects.get().candidate == user
    user.refresh_from_db()
    assert user.get_full_name() == "Lin Orvane"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"role": "", "biography": ""}, ["votre métier ou votre domaine", "3 compétences ou une présentation"]),
        ({"role": "Designer", "biography": ""}, ["3 compétences ou une présentation"]),
        ({"role": "", "biography": "Un texte."}, ["votre métier ou votre domaine"]),
        ({"role": "", "domain": Domain.DESIGN, "skills": ["A", "B"]}, ["3 compétences ou une présentation"]),
        ({"role": "", "domain": Domain.DESIGN, "skills": ["A", "B", "C"]}, []),
        ({"role": "Designer", "biography": "Un texte."}, []),
    ],
)
def test_what_a_profile_lacks_is_said_with_the_way_there(client, mission, given, missing):
    client.force_login(MemberFactory(user=UserFactory(), **{"domain": "", "biography": "", **given}).user)
    told = page(client.get(url_of(mission))).select("#profil li a")
    assert [one.text for one in told] == missing
    client.post(url_of(mission), TYPED)
    assert Application.objects.count() == (not missing)


def test_a_mission_that_is_not_for_freelancers_asks_for_no_rate(client, member):
    mission = MissionFactory(engagement=Engagement.CONTRACT)
    assert "daily_rate" not in standing(client.get(url_of(mission)))
    client.post(url_of(mission), TYPED)
    assert Application.objects.get().daily_rate is None


def test_an_invitation_that_is_followed_is_closed(client, member, mission):
    MissionInvitation.objects.create(mission=mission, invited=member.user, message="Venez.")
    client.post(url_of(mission), TYPED)
    assert MissionInvitation.objects.get().state == InvitationState.APPLIED


# Who may ------------------------------------------------------------------------------


def test_whoever_reads_the_candidates_does_not_apply(client, mission):
    client.force_login(recruiter_of(mission.startup))
    assert "Vous lisez les candidatures" in alert(client.post(url_of(mission), TYPED))
    assert Application.objects.count() == 0


def test_a_seat_of_a_promotion_is_not_applied_to_here(client, member):
    mission = MissionFactory(engagement=Engagement.EIG)
    assert "par une promotion du programme" in alert(client.get(url_of(mission)))
    client.post(url_of(mission), TYPED)
    assert Application.objects.count() == 0
    assert client.get(mission.get_absolute_url()).content.count(b"/postuler/") == 0


@pytest.mark.parametrize("state", [MissionState.DRAFT, MissionState.IN_REVIEW, MissionState.SUSPENDED])
def test_a_mission_that_is_not_published_does_not_exist(client, member, state):
    mission = MissionFactory(state=state)
    assert client.get(url_of(mission)).status_code == client.post(url_of(mission), TYPED).status_code == 404
    assert ApplicationDraft.objects.count() == 0


def test_one_applies_once(client, member, mission):
    client.post(url_of(mission), TYPED)
    row = Application.objects.get()

    again = client.post(url_of(mission), TYPED | {"message": "De la seconde fenêtre."})

    assert Application.objects.get() == row
    assert alert(again).startswith("Vous avez déjà postulé à cette mission le ")
    # What the other window held is there to be read.
    assert standing(again)["message"] == "De la seconde fenêtre."
    assert ApplicationDraft.objects.count() == 0
    assert client.get(url_of(mission))["Location"] == f"/mes-candidatures/{row.pk}/"


# Nothing is lost -----------------------------------------------------------------------


def test_on_an_error_everything_stays_documents_too(client, member, mission):
    question = MissionQuestion.objects.create(mission=mission, position=1, text="Pourquoi nous ?")
    wrong = {
        "message": MESSAGE,
        "available_from": "le 31 février",
        "days_per_week": "6",
        "daily_rate": "beaucoup",
        f"question_{question.pk}": "",
    }

    response = client.post(url_of(mission), wrong | {"documents": pdf("Mon CV.pdf")})

    assert {name: standing(response)[name] for name in wrong} == wrong
    assert len(faults(response)) == 4
    assert Application.objects.count() == 0
    kept = page(response).select(".document-kept a")
    assert [one.text for one in kept] == ["Mon CV.pdf"]
    # Another day, from another machine.
    later = Client()
    later.force_login(member.user)
    assert {name: standing(later.get(url_of(mission)))[name] for name in wrong} == wrong
    assert len(page(later.get(url_of(mission))).select(".document-kept")) == 1


def test_a_date_that_is_over_and_a_text_that_is_too_long_are_said(client, member, mission):
    long = "a" * 6_001
    response = client.post(url_of(mission), TYPED | {"message": long, "available_from": "01/01/2020"})
    assert faults(response) == [
        "Le message fait 6001 caractères : gardez-en 6000 au plus.",
        "Cette date est passée : laissez vide si vous pouvez commencer dès que possible.",
    ]
    assert standing(response)["message"] == long


@pytest.mark.parametrize(
    "change",
    [
        {"expires_on": today() - timedelta(days=1)},
        {"state": MissionState.CLOSED},
        {"state": MissionState.FILLED},
        {"state": MissionState.SUSPENDED},
    ],
)
def test_a_mission_that_closed_meanwhile_says_so_and_keeps_what_was_typed(client, member, mission, change):
    client.post(url_of(mission), TYPED | {"brouillon": "1"})
    Mission.objects.filter(pk=mission.pk).update(**change)

    response = client.post(url_of(mission), TYPED | {"message": "Écrit jusqu’au bout."})

    assert Application.objects.count() == 0
    assert "ouverte" in alert(response)
    assert standing(response)["message"] == "Écrit jusqu’au bout."
    assert standing(client.get(url_of(mission)))["message"] == "Écrit jusqu’au bout."


def test_what_is_posted_signed_out_is_there_after_signing_in(client, member, mission):
    pour = standing(client.get(url_of(mission)))["pour"]
    client.logout()

    led = client.post(url_of(mission), TYPED | {"pour": pour})

    assert led["Location"] == f"/compte/login/?next={url_of(mission)}"
    session = client.session
    client.force_login(member.user)
    # As signing in does: what the session held stays in it.
    mine = client.session
    mine.update({name: session[name] for name in dict(session) if name == "applying"})
    mine.save()
    back = client.get(url_of(mission))
    assert {name: standing(back)[name] for name in TYPED} == TYPED
    assert "Votre session était terminée" in back.content.decode()
    client.post(url_of(mission), TYPED)
    assert Application.objects.get().message == MESSAGE
    assert "applying" not in client.session


def test_what_waits_in_a_session_is_for_whoever_typed_it(client, member, mission):
    pour = standing(client.get(url_of(mission)))["pour"]
    client.logout()
    client.post(url_of(mission), TYPED | {"pour": pour})
    kept = client.session["applying"]
    other = MemberFactory(user=UserFactory()).user
    client.force_login(other)
    session = client.session
    session["applying"] = kept
    session.save()
    assert MESSAGE not in client.get(url_of(mission)).content.decode()


def test_nothing_is_kept_of_a_post_from_no_page_of_ours(client, mission):
    for pour in ("", "1", "1:abc:def"):
        client.post(url_of(mission), TYPED | {"pour": pour})
        assert "applying" not in client.session


def test_a_draft_is_saved_without_being_complete(client, member, mission):
    response = client.post(url_of(mission), {"message": "Début", "days_per_week": "9", "brouillon": "1"})
    assert response["Location"] == url_of(mission)
    assert standing(client.get(url_of(mission)))["days_per_week"] == "9"
    assert Application.objects.count() == 0


def test_a_script_saves_while_one_types_and_stops_where_another_window_does(client, member, mission):
    first = standing(client.get(url_of(mission)))
    saved = client.post(url_of(mission), TYPED | {"autosave": "1", "state": first["state"]}).json()
    assert ApplicationDraft.objects.get().typed["message"] == MESSAGE
    # The other window, opened before.
    other = client.post(url_of(mission), {"message": "Ailleurs", "autosave": "1", "state": first["state"]})
    assert other.status_code == 409
    assert "autre fenêtre" in other.json()["problem"]
    assert ApplicationDraft.objects.get().typed["message"] == MESSAGE
    again = client.post(url_of(mission), {"message": "Suite", "autosave": "1", "state": saved["state"]})
    assert again.json()["told"] == "Brouillon enregistré."
    assert ApplicationDraft.objects.get().typed == {"message": "Suite"}
    assert Application.objects.count() == 0
    client.logout()
    assert client.post(url_of(mission), TYPED | {"autosave": "1"}).status_code == 401


def test_a_draft_is_its_owner_s_alone(client, member, mission):
    client.post(url_of(mission), TYPED | {"brouillon": "1", "documents": pdf()})
    document = ApplicationDocument.objects.get()
    assert client.get(f"/candidatures/documents/{document.pk}/").status_code == 200
    for other in (recruiter_of(mission.startup), UserFactory(), UserFactory(is_superuser=True)):
        stranger = Client()
        stranger.force_login(other)
        assert stranger.get(f"/candidatures/documents/{document.pk}/").status_code == 404
        assert MESSAGE not in stranger.get(url_of(mission)).content.decode()
        stranger.post(url_of(mission), {"retirer": str(document.pk)})
    assert ApplicationDocument.objects.count() == 1
    client.post(url_of(mission), TYPED | {"retirer": str(document.pk)})
    assert ApplicationDocument.objects.count() == 0


def test_a_fourth_document_is_refused_and_the_three_stay(client, member, mission):
    client.post(url_of(mission), TYPED | {"brouillon": "1", "documents": [pdf("a.pdf"), pdf("b.pdf")]})
    response = client.post(url_of(mission), TYPED | {"documents": [pdf("c.pdf"), pdf("d.pdf")]})
    assert faults(response) == ["3 documents au plus : retirez-en un avant d’en ajouter."]
    assert list(ApplicationDocument.objects.values_list("name", flat=True)) == ["a.pdf", "b.pdf", "c.pdf"]
    assert Application.objects.count() == 0


# What is shown before ---------------------------------------------------------------------


def test_the_page_says_who_will_read_and_what_of_the_profile(client, member, mission):
    recruiter_of(mission.startup)
    member.commune, member.commune_audience = "Sourdevigne", FieldAudience.NOBODY
    member.daily_rate_floor, member.daily_rate_floor_audience = 480, FieldAudience.APPLIED_TEAMS
    member.visibility = Visibility.PRIVATE
    member.save()
    told = page(client.get(url_of(mission))).select_one("#qui-lira").parent.get_text(" ").replace("\xa0", " ")
    assert "1 personne aujourd’hui" in told
    assert re.search(r"auxquelles vous postulez : tarif minimum\.", told)
    assert "Elle ne voit pas : commune." in told


def test_fields_for_the_teams_one_applies_to_are_shown_to_their_readers_while_one_applies(client, mission):
    reader = recruiter_of(mission.startup)
    member = MemberFactory(
        user=UserFactory(), stint=True, commune="Applivaux", commune_audience=FieldAudience.APPLIED_TEAMS
    )
    client.force_login(reader)

    def sees():
        return "Applivaux" in client.get(member.get_absolute_url()).content.decode()

    ApplicationFactory(candidate=member.user)
    assert not sees()
    row = ApplicationFactory(candidate=member.user, mission=mission)
    assert sees()
    client.force_login(recruiter_of(MissionFactory().startup))
    assert not sees()
    client.force_login(reader)
    Application.objects.filter(pk=row.pk).update(state=ApplicationState.REJECTED)
    assert not sees()


def test_what_teams_may_know_is_filled_in_beside_what_the_mission_says_and_a_draft_has_the_last_word(
    client, member, mission
):
    start = today() + timedelta(days=40)
    type(member).objects.filter(pk=member.pk).update(
        available_from=start,
        available_from_audience=FieldAudience.APPLIED_TEAMS,
        days_per_week=3,
        days_per_week_audience=FieldAudience.NOBODY,
    )
    Mission.objects.filter(pk=mission.pk).update(daily_rate_min=430, daily_rate_max=590)
    response = client.get(url_of(mission))
    stands = standing(response)
    assert [stands[name] for name in ("available_from", "days_per_week")] == [f"{start:%d/%m/%Y}", ""]
    assert "La mission propose 430 à 590\N{NO-BREAK SPACE}€ HT par jour." in page(response).get_text()
    client.post(url_of(mission), {"message": "Début", "available_from": "", "brouillon": "1"})
    assert standing(client.get(url_of(mission)))["available_from"] == ""
    type(member).objects.filter(pk=member.pk).update(available_from=today() - timedelta(days=1))
    assert standing(client.get(url_of(MissionFactory())))["available_from"] == ""
