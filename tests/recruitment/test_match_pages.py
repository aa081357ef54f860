"""/missions/<slug>/profils/ and /missions/pour-moi/: both sides of a match, and whom neither shows."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from community.days import today
from community.enums import Domain, Engagement, FieldAudience, Remote, RoleName, Seniority, Visibility
from community.models import Member
from recruitment.actions.feedback import refuse_mission
from recruitment.enums import MissionState, RefusalReason
from recruitment.models import MatchListOpening, Mission
from recruitment.templatetags.recruitment_tags import profile_answers
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    StartupFactory,
    ThemeFactory,
    UserFactory,
)
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

FOR_ME = "/missions/pour-moi/"


def list_of(mission):
    return f"/missions/{mission.slug}/profils/"


def lead_of(mission):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user


def slugs(response):
    return [card.object.slug for card in response.context["cards"]]


# Who may open the list ----------------------------------------------------------------


@pytest.mark.parametrize("slug", ["publiee", "brouillon", "aucune"])
def test_a_visitor_is_asked_to_sign_in_whether_the_mission_exists_or_not(client, slug):
    MissionFactory(slug="publiee")
    MissionFactory(slug="brouillon", draft=True)
    response = client.get(f"/missions/{slug}/profils/")
    assert (response.status_code, response["Location"]) == (302, f"/compte/login/?next=/missions/{slug}/profils/")


@pytest.mark.parametrize(("slug", "status"), [("publiee", 403), ("brouillon", 404), ("aucune", 404)])
def test_who_does_not_manage_a_mission_is_refused_and_told_nothing_of_drafts(client, slug, status):
    MissionFactory(slug="publiee")
    MissionFactory(slug="brouillon", draft=True)
    client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user)
    assert client.get(f"/missions/{slug}/profils/").status_code == status
    assert MatchListOpening.objects.count() == 0


@pytest.mark.parametrize("role", [RoleName.STARTUP_LEAD, RoleName.INCUBATOR_STAFF, RoleName.PROGRAMME])
def test_those_who_manage_a_mission_open_its_list(client, role):
    mission = MissionFactory(startup=StartupFactory(incubator=IncubatorFactory()), draft=True)
    scope = {
        RoleName.STARTUP_LEAD: {"startup": mission.startup},
        RoleName.INCUBATOR_STAFF: {"incubator": mission.startup.incubator},
        RoleName.PROGRAMME: {},
    }[role]
    client.force_login(RoleGrantFactory(role=role, **scope).user)
    response = client.get(list_of(mission))
    assert response.status_code == 200
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


# Whom it shows ------------------------------------------------------------------------


def test_nobody_who_hides_is_shown_or_counted(client):
    sponsor = OrganisationFactory()
    mission = MissionFactory(startup=StartupFactory(sponsors=[sponsor]), region="53", remote=Remote.NONE)
    MemberFactory(slug="visible", full_name="Ada Visible", listed=True)
    MemberFactory(slug="communaute", listed=True, visibility=Visibility.COMMUNITY)
    private = MemberFactory(full_name="Prune Secret", stint=True, visibility=Visibility.PRIVATE)
    unlisted = MemberFactory(full_name="Candide Secret", is_looking=True)
    from_startup = MemberFactory(full_name="Simon Secret", stint=True)
    from_startup.hidden_from_startups.add(mission.startup)
    from_sponsor = MemberFactory(full_name="Olga Secret", stint=True)
    from_sponsor.hidden_from_organisations.add(sponsor)
    # Blocked by the place: hidden ones among them must not show in the counts either.
    for member in (private, unlisted, from_startup, from_sponsor):
        type(member).objects.filter(pk=member.pk).update(region="11")
    MemberFactory(full_name="Loin Visible", listed=True, region="11")

    client.force_login(lead_of(mission))
    response = client.get(list_of(mission))
    assert sorted(slugs(response)) == ["communaute", "visible"]
    found = response.context["found"]
    assert (found.total, [(excluded.key, excluded.count) for excluded in found.excluded]) == (2, [("place", 1)])
    assert "Secret" not in response.content.decode()
    opening = MatchListOpening.objects.get()
    assert (opening.members_shown, opening.members_ranked) == (2, 2)


def test_the_programme_does_not_see_who_hides_from_the_startup_either(client):
    mission = MissionFactory()
    hidden = MemberFactory(full_name="Simon Secret", stint=True)
    hidden.hidden_from_startups.add(mission.startup)
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    response = client.get(list_of(mission))
    assert (slugs(response), response.context["found"].total) == ([], 0)


def test_the_impossible_are_counted_by_reason_and_not_listed(client):
    mission = MissionFactory(engagement=Engagement.EIG)
    MemberFactory(slug="possible", listed=True, engagements=[Engagement.EIG])
    MemberFactory(full_name="Ivo Impossible", listed=True, engagements=[Engagement.FREELANCE])
    client.force_login(lead_of(mission))
    response = client.get(list_of(mission))
    html = response.content.decode()
    assert slugs(response) == ["possible"]
    assert "Ivo Impossible" not in html
    assert "<dt>Engagement non accepté</dt><dd>1 profil</dd>" in html


def test_only_those_who_are_looking_on_demand(client):
    mission = MissionFactory()
    MemberFactory(slug="cherche", listed=True, is_looking=True)
    MemberFactory(slug="ne-cherche-plus", listed=True, is_looking=True, looking_until=today() - timedelta(days=1))
    MemberFactory(slug="ne-cherche-pas", listed=True)
    client.force_login(lead_of(mission))
    assert len(slugs(client.get(list_of(mission)))) == 3
    assert slugs(client.get(list_of(mission), {"en_recherche": "oui"})) == ["cherche"]


def test_the_list_has_pages_that_keep_the_filter(client):
    mission = MissionFactory()
    for number in range(26):
        MemberFactory(slug=f"p{number}", listed=True, is_looking=True)
    client.force_login(lead_of(mission))
    first = client.get(list_of(mission), {"en_recherche": "oui"})
    second = client.get(first.context["pages"].next)
    assert first.context["pages"].next == f"{list_of(mission)}?en_recherche=oui&page=2"
    assert (len(slugs(first)), len(slugs(second))) == (24, 2)
    assert set(slugs(first)) | set(slugs(second)) == {f"p{number}" for number in range(26)}
    assert slugs(client.get(list_of(mission), {"page": 99})) == slugs(client.get(list_of(mission), {"page": 2}))
    assert slugs(client.get(list_of(mission), {"page": "deux"})) == slugs(client.get(list_of(mission)))


def test_the_page_shows_every_reason_and_their_points_add_up_to_the_score(client):
    mission = MissionFactory(required=["Python", "Docker"], region="53", remote=Remote.PARTIAL, days_per_week=3)
    MemberFactory(listed=True, skills=["Python"], region="53", role="Développeuse")
    client.force_login(lead_of(mission))
    response = client.get(list_of(mission))
    (card,) = response.context["cards"]
    html = response.content.decode()
    assert sum(reason.points for reason in card.match.reasons) == card.match.score
    shown = [html.count(f"<span>{reason.text[0].upper()}{reason.text[1:]}</span>") for reason in card.match.reasons]
    assert shown == [1] * len(card.match.reasons)
    assert "Le profil ne dit pas&nbsp;: " in html
    assert 'href="/rapprochement/"' in html


# The other side -----------------------------------------------------------------------


def member_signed_in(client, **fields):
    user = UserFactory()
    client.force_login(user)
    return MemberFactory(user=user, **fields)


def test_a_visitor_signs_in_and_comes_back_to_their_missions(client):
    response = client.get(FOR_ME)
    assert (response.status_code, response["Location"]) == (302, f"/compte/login/?next={FOR_ME}")


def test_both_sides_read_the_same_score_and_the_same_reasons(client):
    mission = MissionFactory(required=["Python", "Docker"], region="53", remote=Remote.PARTIAL, days_per_week=3)
    member = member_signed_in(
        client, slug="moi", listed=True, skills=["Python"], role="Développeuse", region="53", is_looking=True
    )
    mine = {card.object.pk: card.match for card in client.get(FOR_ME).context["cards"]}[mission.pk]
    client.force_login(lead_of(mission))
    theirs = {card.object.pk: card.match for card in client.get(list_of(mission)).context["cards"]}[member.pk]
    assert (mine.score, mine.reasons, mine.unknowns) == (theirs.score, theirs.reasons, theirs.unknowns)


def test_the_missions_that_fit_are_open_ones_the_best_first(client):
    member_signed_in(client, role="Designer UX", domain=Domain.DESIGN, skills=["UX"])
    MissionFactory(slug="loin", title="Développeur", required=["Python"])
    MissionFactory(slug="proche", title="Designer UX", domain=Domain.DESIGN, required=["UX"])
    MissionFactory(slug="fermee", title="Designer UX", domain=Domain.DESIGN, state=MissionState.CLOSED)
    MissionFactory(slug="brouillon", title="Designer UX", domain=Domain.DESIGN, draft=True)
    assert slugs(client.get(FOR_ME)) == ["proche", "loin"]


def test_impossible_missions_are_listed_apart_with_the_reason(client):
    member_signed_in(client, role="Designer", engagements=[Engagement.FREELANCE])
    MissionFactory(title="Un stage", engagement=Engagement.INTERNSHIP)
    response = client.get(FOR_ME)
    html = response.content.decode()
    assert slugs(response) == []
    assert "Écartées (1)" in html
    ((card,),) = [response.context["impossible"]]
    assert [f"<li>{blocker.text[0].upper()}{blocker.text[1:]}</li>" in html for blocker in card.match.blockers] == [
        True
    ]


def test_an_empty_record_has_no_score_and_is_told_what_to_fill_in(client):
    member_signed_in(client, domain="")
    MissionFactory(required=["Python"])
    MissionFactory(required=["Docker"])
    MissionFactory(title="Un brouillon", draft=True)
    response = client.get(FOR_ME)
    html = response.content.decode()
    assert (response.context["is_empty"], slugs(response)) == (True, [])
    # Nobody is shown nothing.
    titles = [title.get_text() for title in BeautifulSoup(html, "html.parser").select("h4")]
    assert titles == [mission.title for mission in response.context["unscored"]]
    assert len(titles) == 2
    assert "Votre fiche n’en dit pas encore assez" in html
    assert '<dt><a href="/mon-profil/competences/">Les compétences</a></dt><dd>2 missions</dd>' in html
    assert "sur 100" not in html


def test_one_s_profile_says_what_each_answer_opens_and_which_is_hidden_from_teams(client):
    chosen = {"daily_rate_floor": 400, "daily_rate_floor_audience": FieldAudience.NOBODY}
    member_signed_in(client, role="Développeuse", **chosen)
    for _ in range(2):
        MissionFactory(required=["Python"], daily_rate_max=500, days_per_week=3)

    answers = {answer.text: answer for answer in profile_answers(Member.objects.get())["answers"]}

    assert answers["les compétences"] == ("les compétences", 2, "/mon-profil/competences/", False)
    rate = "le tarif journalier minimum"
    assert answers[rate] == (rate, 2, "/mon-profil/visibilite/", True)
    page = client.get("/mon-profil/").content.decode()
    assert '<a href="/mon-profil/disponibilite/">Le nombre de jours par semaine</a>&nbsp;: 2 missions<' in page
    assert "Le tarif journalier minimum&nbsp;: 2 missions. Votre réponse n’est pas montrée" in page
    assert '<a href="/mon-profil/presentation/">Votre présentation</a>&nbsp;: la recherche trouve' in page
    refuse_mission(Mission.objects.all()[0], by=Member.objects.get().user, reason=RefusalReason.SUBJECT)
    assert "Le nombre de jours par semaine</a>&nbsp;: 1 mission<" in client.get("/mon-profil/").content.decode()


def test_a_profile_that_says_all_and_one_for_which_nothing_is_open_are_told_so(client):
    said = {"role": "Développeuse", "biography": "Je développe.", "links": ["https://exemple.fr"], "region": "53"}
    wished = {"remote": Remote.FULL, "seniority": Seniority.SENIOR, "daily_rate_floor": 400, "days_per_week": 4}
    free = {"available_from": today(), "availability_confirmed_at": today(), "engagements": [Engagement.FREELANCE]}
    member_signed_in(client, skills=["Python"], stint=True, **said, **wished, **free)
    MissionFactory(draft=True, required=["Python"])
    assert "Aucune mission n’est ouverte en ce moment" in client.get("/mon-profil/").content.decode()
    MissionFactory(required=["Python"])
    page = client.get("/mon-profil/").content.decode()
    assert "Votre profil répond à tout ce que demandent les missions ouvertes." in page
    assert "Dans l’annuaire et sur votre fiche" not in page


def test_an_account_without_a_record_is_told_why_there_is_nothing(client):
    MissionFactory()
    client.force_login(UserFactory())
    response = client.get(FOR_ME)
    assert response.status_code == 200
    assert "Votre compte n’est relié à aucune fiche de membre" in response.content.decode()


def test_missions_that_fit_come_by_pages(client):
    member_signed_in(client, role="Développeuse")
    for number in range(26):
        MissionFactory(slug=f"m{number}")
    first, second = client.get(FOR_ME), client.get(FOR_ME, {"page": 2})
    assert (len(slugs(first)), len(slugs(second)), first.context["pages"].next) == (24, 2, f"{FOR_ME}?page=2")


# Cost ---------------------------------------------------------------------------------


def rows():
    theme = ThemeFactory(name="Mer")
    startup = StartupFactory(themes=[theme], incubator=IncubatorFactory())
    MissionFactory(required=["Python", "Docker"], appreciated=["Ruby"], startup=startup)
    MissionFactory(engagement=Engagement.EIG, startup=startup)
    MemberFactory(
        listed=True, skills=["Python", "Docker"], engagements=[Engagement.FREELANCE], stint={"startups": [startup]}
    )


def test_the_list_of_people_costs_the_same_for_many(client, count_queries):
    mission = MissionFactory(required=["Python"], startup=StartupFactory(themes=[ThemeFactory(name="Mer")]))
    rows()
    client.force_login(lead_of(mission))
    client.get(list_of(mission))
    few = count_queries(lambda: client.get(list_of(mission)))
    for _ in range(8):
        rows()
    assert count_queries(lambda: client.get(list_of(mission))) == few


def test_the_list_of_missions_costs_the_same_for_many(client, count_queries):
    member_signed_in(client, role="Développeuse", skills=["Python"], engagements=[Engagement.FREELANCE], stint=True)
    rows()
    client.get(FOR_ME)
    few = count_queries(lambda: client.get(FOR_ME))
    for _ in range(8):
        rows()
    assert count_queries(lambda: client.get(FOR_ME)) == few
