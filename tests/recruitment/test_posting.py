"""A mission is written step by step; nothing typed is lost, nobody overwrites what they have not seen."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied

from community.actions.profile import ChangedMeanwhile
from community.days import today
from community.enums import Domain, Engagement, RoleName
from community.vocabulary import ensure_vocabulary
from recruitment.actions.mission_skills import add_mission_skill
from recruitment.actions.posting import PostingRefused, copy_mission, create_draft, save_step, state_of_step
from recruitment.enums import ApplicationState, MissionState, MissionStep
from recruitment.models import Mission, MissionChange, MissionCriterion, MissionDraft, MissionQuestion
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupFactory,
    UserFactory,
)
from tests.recruitment.factories import ApplicationFactory, MissionFactory

pytestmark = pytest.mark.django_db

HOME = "/equipe/ortolan/missions/"


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=IncubatorFactory())


@pytest.fixture
def lead(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


@pytest.fixture
def draft(startup, lead):
    return create_draft(startup, by=lead)


def url(mission, step):
    return f"{HOME}{mission.pk}/{step}/"


def typed_in(response):
    """What the form of a page holds."""
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields}


def send(client, mission, step, **fields):
    """Post a step as the page of now would, with some fields changed."""
    held = typed_in(client.get(url(mission, step)))
    told = {name: "" if value is None else value for name, value in {**held, **fields}.items()}
    return client.post(url(mission, step), {name: value for name, value in told.items() if value is not False})


# The draft -----------------------------------------------------------------------------


def test_the_first_save_makes_a_draft_and_leads_on(client, startup, lead):
    client.force_login(lead)
    assert Mission.objects.count() == 0
    client.get(f"{HOME}nouvelle/")
    assert Mission.objects.count() == 0
    response = client.post(f"{HOME}nouvelle/", {"title": "Designer de service", "suite": "1", "key": "a" * 32})
    mission = Mission.objects.get()
    assert (mission.title, mission.state, mission.startup, mission.created_by) == (
        "Designer de service",
        MissionState.DRAFT,
        startup,
        lead,
    )
    assert response["Location"] == url(mission, "competences")


def test_pressing_twice_begins_one_mission(client, lead):
    client.force_login(lead)
    for _ in range(2):
        client.post(f"{HOME}nouvelle/", {"title": "Designer", "key": "b" * 32})
    assert Mission.objects.count() == 1


def test_the_key_of_another_account_opens_nothing_of_theirs(startup, lead):
    theirs = create_draft(startup, by=lead, key="c" * 32)
    other = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user
    assert create_draft(startup, by=other, key="c" * 32) != theirs


def test_each_step_is_saved_by_itself(client, lead, draft):
    client.force_login(lead)
    send(client, draft, "besoin", title="Développeuse ou développeur", domain=Domain.DEVELOPPEMENT, summary="Écrire.")
    send(
        client,
        draft,
        "conditions",
        engagement=Engagement.FREELANCE,
        days_per_week="2,5",
        daily_rate_min="400",
        daily_rate_max="1 200 €",
        openings="2",
        starts_on="04/01/2027",
    )
    row = Mission.objects.get()
    assert (row.title, row.engagement, float(row.days_per_week), row.daily_rate_max, row.openings) == (
        "Développeuse ou développeur",
        "freelance",
        2.5,
        1200,
        2,
    )
    assert MissionDraft.objects.get().typed == {}
    assert MissionChange.objects.count() == 0


def test_what_is_not_valid_yet_is_kept_as_it_was_typed_and_the_rest_is_saved(client, lead, draft):
    client.force_login(lead)
    response = send(client, draft, "conditions", engagement=Engagement.FREELANCE, daily_rate_min="quatre cents")
    assert response.status_code == 200
    assert typed_in(response)["daily_rate_min"] == "quatre cents"
    row = Mission.objects.get()
    assert (row.engagement, row.daily_rate_min) == ("freelance", None)
    again = client.get(url(draft, "conditions"))
    assert typed_in(again)["daily_rate_min"] == "quatre cents"
    assert "Indiquez un nombre entier d’euros" in again.content.decode()
    send(client, draft, "conditions", daily_rate_min="400")
    assert Mission.objects.get().daily_rate_min == 400
    assert MissionDraft.objects.get().typed == {}


def test_half_a_range_is_not_saved_against_the_other_half(client, lead, draft):
    Mission.objects.update(daily_rate_min=400, daily_rate_max=600)
    client.force_login(lead)
    response = send(client, draft, "conditions", daily_rate_min="700", daily_rate_max="beaucoup")
    assert response.status_code == 200
    row = Mission.objects.get()
    assert (row.daily_rate_min, row.daily_rate_max) == (400, 600)
    assert typed_in(client.get(url(draft, "conditions")))["daily_rate_min"] == "700"


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"daily_rate_min": "500", "daily_rate_max": "400"}, "daily_rate_max", "Le maximum est plus petit"),
        ({"engagement": "contractuel", "daily_rate_min": "500"}, "daily_rate_min", "ne concerne que les freelances"),
        ({"engagement": "freelance", "salary_min": "40000"}, "salary_min", "Un freelance facture un tarif"),
        ({"days_per_week": "6"}, "days_per_week", "de 0,5 à 5"),
        ({"openings": "0"}, "openings", "de 1 à 20"),
        ({"starts_on": "31/02/2027"}, "starts_on", "Cette date n’existe pas"),
        ({"expires_on": "01/01/2020"}, "expires_on", "Cette date est passée"),
        ({"expires_on": f"{today() + timedelta(days=300):%d/%m/%Y}"}, "expires_on", "120 jours au plus"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(client, lead, draft, fields, field, told):
    client.force_login(lead)
    response = send(client, draft, "conditions", **fields)
    (error,) = response.context["form"].errors[field]
    assert told in error


def test_there_are_not_fewer_openings_than_people_who_have_accepted(client, startup, lead):
    mission = MissionFactory(startup=startup, openings=3)
    ApplicationFactory.create_batch(2, mission=mission, state=ApplicationState.ACCEPTED)
    client.force_login(lead)
    (error,) = send(client, mission, "conditions", openings="2").context["form"].errors["openings"]
    assert error == ("2 personnes ont déjà accepté : indiquez au moins 3 postes, ou dites que la mission est pourvue.")
    # What nobody changes stops nothing else.
    Mission.objects.update(openings=2)
    send(client, mission, "conditions", commune="Lyon")
    assert (Mission.objects.get().commune, Mission.objects.get().openings) == ("Lyon", 2)


def test_questions_and_criteria_keep_their_rows_when_reworded(client, lead, draft):
    client.force_login(lead)
    send(
        client, draft, "questions", question_1="Pourquoi ce service ?", question_2="Un exemple ?", criterion_1="Écoute"
    )
    first = MissionQuestion.objects.get(position=1)
    send(client, draft, "questions", question_1="Pourquoi nous ?", question_1_optional="on", question_2="")
    assert list(MissionQuestion.objects.values_list("pk", "text", "is_required")) == [
        (first.pk, "Pourquoi nous ?", False)
    ]
    assert list(MissionCriterion.objects.values_list("position", "text")) == [(1, "Écoute")]


# The script ----------------------------------------------------------------------------


def test_an_autosave_answers_where_the_draft_is_and_what_could_be_better(client, lead):
    client.force_login(lead)
    told = client.post(f"{HOME}nouvelle/", {"title": "Développeur", "key": "d" * 32, "autosave": "1"}).json()
    mission = Mission.objects.get()
    assert (told["url"], told["state"]) == (url(mission, "besoin"), state_of_step(mission, MissionStep.NEED))
    assert "un seul genre" in unescape(told["hints"])
    again = client.post(told["url"], {"title": "Développeuse", "state": told["state"], "autosave": "1"})
    assert (again.status_code, Mission.objects.get().title) == (200, "Développeuse")


def test_of_a_mission_that_others_read_an_autosave_changes_nothing_and_is_given_back(client, startup, lead):
    mission = MissionFactory(startup=startup, title="Ancien", summary="Un.", description="Deux.")
    client.force_login(lead)
    held = typed_in(client.get(url(mission, "besoin")))
    client.post(url(mission, "besoin"), {**held, "title": "Nouveau", "autosave": "1"})
    assert Mission.objects.get().title == "Ancien"
    page = client.get(url(mission, "besoin"))
    assert (typed_in(page)["title"], page.context["form"].is_kept) == ("Nouveau", True)
    client.post(url(mission, "besoin"), {"abandonner": "1"})
    assert typed_in(client.get(url(mission, "besoin")))["title"] == "Ancien"
    send(client, mission, "besoin", title="Nouveau")
    assert Mission.objects.get().title == "Nouveau"
    change = MissionChange.objects.get()
    assert (change.before, change.after, change.by) == ({"title": "Ancien"}, {"title": "Nouveau"}, lead)


# Two at once ---------------------------------------------------------------------------


def test_a_second_window_overwrites_nothing_it_has_not_seen(client, lead, draft):
    client.force_login(lead)
    seen = typed_in(client.get(url(draft, "besoin")))
    client.post(url(draft, "besoin"), {**seen, "title": "De la première"})
    response = client.post(url(draft, "besoin"), {**seen, "title": "De la seconde"})
    assert Mission.objects.get().title == "De la première"
    assert typed_in(response)["title"] == "De la seconde"
    assert response.context["form"].errors["title"] == ["Enregistré entre-temps : De la première."]
    client.post(url(draft, "besoin"), typed_in(response))
    assert Mission.objects.get().title == "De la seconde"


def test_an_autosave_of_a_second_window_is_refused_in_words(client, lead, draft):
    client.force_login(lead)
    seen = typed_in(client.get(url(draft, "besoin")))
    client.post(url(draft, "besoin"), {**seen, "title": "De la première"})
    response = client.post(url(draft, "besoin"), {**seen, "title": "De la seconde", "autosave": "1"})
    assert response.status_code == 409
    assert response.json()["problem"].startswith("Cette étape a été modifiée entre-temps")
    assert Mission.objects.get().title == "De la première"


def test_the_verb_itself_refuses_what_was_not_seen(draft, lead):
    with pytest.raises(ChangedMeanwhile):
        save_step(draft, MissionStep.NEED, {"title": "X"}, by=lead, seen="")


# Who -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "nouvelle/", "{pk}/", "{pk}/besoin/", "{pk}/profils-possibles/"])
def test_another_team_is_refused_and_reads_nothing(client, draft, path):
    Mission.objects.update(title="Secrète")
    client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user)
    response = client.get(f"{HOME}{path.format(pk=draft.pk)}")
    assert response.status_code == 403
    assert "Secrète" not in response.content.decode()


def test_a_mission_of_another_startup_is_not_there_even_for_whoever_writes_both(client, draft, lead):
    other = StartupFactory(slug="verdier")
    RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=other, user=lead)
    client.force_login(lead)
    assert client.get(f"/equipe/verdier/missions/{draft.pk}/besoin/").status_code == 404


def test_the_verbs_ask_who_does_it(startup, draft):
    stranger = UserFactory()
    for attempt in (
        lambda: create_draft(startup, by=stranger),
        lambda: copy_mission(draft, by=stranger),
        lambda: save_step(draft, MissionStep.NEED, {}, by=stranger, seen=state_of_step(draft, MissionStep.NEED)),
        lambda: add_mission_skill(draft, "Python", "required_skills", by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


@pytest.mark.parametrize("state", [MissionState.FILLED, MissionState.CLOSED, MissionState.EXPIRED])
def test_a_mission_that_is_over_is_not_written(startup, lead, state):
    mission = MissionFactory(startup=startup, state=state)
    with pytest.raises(PostingRefused):
        save_step(mission, MissionStep.NEED, {}, by=lead, seen=state_of_step(mission, MissionStep.NEED))


# Skills --------------------------------------------------------------------------------


def test_free_words_lead_to_the_known_skills_several_at_once(client, lead, draft):
    ensure_vocabulary()
    client.force_login(lead)
    client.post(url(draft, "competences"), {"nom": "reactjs, postgres ; Python", "ajouter": "required_skills"})
    client.post(url(draft, "competences"), {"nom": "k8s", "ajouter": "appreciated_skills"})
    assert sorted(draft.required_skills.values_list("name", flat=True)) == ["PostgreSQL", "Python", "React"]
    assert list(draft.appreciated_skills.values_list("name", flat=True)) == ["Kubernetes"]


def test_an_unknown_spelling_is_asked_about_once(client, lead, draft):
    ensure_vocabulary()
    client.force_login(lead)
    response = client.post(url(draft, "competences"), {"nom": "Pythonn", "ajouter": "required_skills"})
    assert (response.context["near"][0], draft.required_skills.count()) == ("Python", 0)
    client.post(url(draft, "competences"), {"nom": "Pythonn", "proposition": "required_skills:Python"})
    assert [skill.name for skill in draft.required_skills.all()] == ["Python"]


def test_a_skill_is_in_one_list_and_goes_when_taken_away(client, lead, draft):
    client.force_login(lead)
    for listed in ("required_skills", "appreciated_skills"):
        client.post(url(draft, "competences"), {"nom": "Python", "ajouter": listed})
    assert (draft.required_skills.count(), draft.appreciated_skills.count()) == (0, 1)
    client.post(url(draft, "competences"), {"retirer": draft.appreciated_skills.get().pk})
    assert draft.appreciated_skills.count() == 0


@pytest.mark.parametrize(("listed", "most"), [("required_skills", 8), ("appreciated_skills", 12)])
def test_a_list_of_skills_has_an_end(client, lead, draft, listed, most):
    getattr(draft, listed).set([SkillFactory() for _ in range(most)])
    client.force_login(lead)
    response = client.post(url(draft, "competences"), {"nom": "Python", "ajouter": listed})
    assert (getattr(draft, listed).count(), response.context["typed"]) == (most, "Python")
    assert f"Il y a déjà {most} compétences" in response.context["error"]


# A past mission, and the list ----------------------------------------------------------


def test_a_past_mission_is_taken_up_without_its_dates_or_its_story(client, startup, lead):
    past = MissionFactory(
        startup=startup, state=MissionState.FILLED, summary="Un.", required=["Python"], starts_on=today()
    )
    MissionQuestion.objects.create(mission=past, position=1, text="Pourquoi ?")
    client.force_login(lead)
    client.post(f"{HOME}nouvelle/", {"reprendre": "1", "mission": past.pk})
    copy = Mission.objects.exclude(pk=past.pk).get()
    assert (copy.title, copy.summary, copy.state, copy.starts_on, copy.expires_on, copy.published_at) == (
        past.title,
        "Un.",
        MissionState.DRAFT,
        None,
        None,
        None,
    )
    assert [skill.name for skill in copy.required_skills.all()] == ["Python"]
    assert [question.text for question in copy.questions.all()] == ["Pourquoi ?"]


def test_a_mission_of_another_startup_is_not_taken_up(client, lead):
    other = MissionFactory()
    client.force_login(lead)
    assert client.post(f"{HOME}nouvelle/", {"reprendre": "1", "mission": other.pk}).status_code == 404


def test_the_list_shows_every_state_and_costs_the_same_with_few_and_many(client, startup, lead, count_queries):
    MissionFactory(startup=startup)
    MissionFactory(title="D’ailleurs")
    client.force_login(lead)
    client.get(HOME)
    one = count_queries(lambda: client.get(HOME))
    for state in MissionState:
        MissionFactory.create_batch(3, startup=startup, state=state)
    assert count_queries(lambda: client.get(HOME)) == one
    response = client.get(HOME)
    assert [number for _label, number in response.context["counts"]] == [3, 3, 4, 3, 3, 3, 3]
    assert "D’ailleurs" not in unescape(response.content.decode())


# Whom it leaves possible ---------------------------------------------------------------


def test_counts_beside_the_form_name_nobody_and_count_nobody_who_hides(client, startup, lead, draft):
    Mission.objects.update(engagement=Engagement.EIG)
    MemberFactory(full_name="Ada Possible", listed=True, engagements=[Engagement.EIG])
    MemberFactory(full_name="Ivo Impossible", listed=True, engagements=[Engagement.FREELANCE])
    hidden = MemberFactory(full_name="Simon Secret", listed=True)
    hidden.hidden_from_startups.add(startup)
    client.force_login(lead)
    response = client.get(f"{HOME}{draft.pk}/profils-possibles/")
    counts = response.context["counts"]
    assert (counts.total, counts.fitting, [(one.key, one.count) for one in counts.excluded]) == (
        2,
        1,
        [("engagement", 1)],
    )
    assert not {"Ada", "Ivo", "Simon"} & set(response.content.decode().split())
