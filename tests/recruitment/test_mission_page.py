"""/missions/<slug>/: what it says, to whom, and what it keeps for those who manage it."""

from datetime import timedelta

import pytest

from community.days import today
from community.enums import Domain, Engagement, Remote, RoleName, Seniority
from recruitment.enums import MissionState, Vehicle
from recruitment.matching.matches import match_of
from recruitment.models import MatchListOpening
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    ThemeFactory,
    UserFactory,
)
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

NOINDEX = '<meta name="robots" content="noindex">'


def page_of(mission):
    return f"/missions/{mission.slug}/"


def text_of(response):
    return response.content.decode().replace("\u00a0", " ")


def lead_of(mission):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user


def test_the_page_says_every_field_in_french(client):
    mission = MissionFactory(
        title="Développeuse ou développeur",
        startup=StartupFactory(
            name="Forêt vive", incubator=IncubatorFactory(name="Atelier des bois"), themes=[ThemeFactory(name="Mer")]
        ),
        summary="Compter les haies.",
        description="## Contexte\nUn **petit** service.",
        required=["Python"],
        appreciated=["Docker"],
        engagement=Engagement.FREELANCE,
        vehicle=Vehicle.PUBLIC_CONTRACT,
        days_per_week=3,
        duration_months=6,
        daily_rate_min=450,
        daily_rate_max=550,
        region="53",
        commune="Rennes",
        remote=Remote.PARTIAL,
        seniority=Seniority.SENIOR,
        openings=2,
        expires_on=today() + timedelta(days=12),
    )
    html = text_of(client.get(page_of(mission)))
    for words in (
        "Développeuse ou développeur</h1>",
        '<h2 class="fr-h6" id="la-startup">',
        ">Atelier des bois</a>",
        "<dd>Mer</dd>",
        ">Compter les haies.</p>",
        "Un <strong>petit</strong> service.",
        ">Python</a>",
        ">Docker</a>",
        "<dd>Freelance</dd>",
        "<dd>Marché public</dd>",
        "<dd>3 jours par semaine</dd>",
        "<dd>6 mois</dd>",
        "<dd>450 à 550 € HT par jour</dd>",
        "<dd>dès que possible</dd>",
        "<dd>Rennes (Bretagne)</dd>",
        "<dd>partiel</dd>",
        "<dd>Senior (7 ans et plus)</dd>",
        "<dd>2 postes</dd>",
        "(encore 12 jours)</dd>",
    ):
        assert html.count(words) == 1, words
    assert html.count(">Forêt vive</a>") == 2
    assert html.count("<h1") == 1
    assert NOINDEX not in html


def test_what_a_team_writes_runs_nothing(client):
    mission = MissionFactory(
        title="<script>un()</script>",
        summary="<script>deux()</script>",
        description="<script>trois()</script> [lien](javascript:quatre())",
        contact="javascript:cinq()",
    )
    html = text_of(client.get(page_of(mission)))
    assert [html.count(bad) for bad in ("<script>", 'href="javascript')] == [0, 0]


@pytest.mark.parametrize("state", [MissionState.FILLED, MissionState.CLOSED, MissionState.EXPIRED])
def test_a_mission_that_is_over_stays_readable_without_a_way_to_apply(client, state):
    mission = MissionFactory(state=state, contact="equipe@exemple.fr", description="Le récit.")
    html = text_of(client.get(page_of(mission)))
    assert [html.count(words) for words in (NOINDEX, "Le récit.", "equipe@exemple.fr")] == [1, 1, 0]
    assert "on ne peut plus y répondre" in html


def test_a_mission_past_its_expiry_is_over_before_anybody_closes_it(client):
    mission = MissionFactory(expires_on=today() - timedelta(days=1), contact="equipe@exemple.fr")
    html = text_of(client.get(page_of(mission)))
    assert [html.count(words) for words in (NOINDEX, "equipe@exemple.fr", "Cette mission a expiré")] == [1, 0, 1]


def test_one_answers_to_the_contact_that_the_team_gave(client):
    mission = MissionFactory(title="Designer", contact="equipe@exemple.fr")
    html = text_of(client.get(page_of(mission)))
    assert html.count('href="mailto:equipe@exemple.fr?subject=Designer"') == 1
    # At the top, and after the text.
    assert html.count(f"{page_of(mission)}postuler/") == 2


@pytest.mark.parametrize("state", [MissionState.DRAFT, MissionState.IN_REVIEW, MissionState.SUSPENDED])
def test_what_is_not_published_is_there_for_those_who_manage_it_alone(client, state):
    mission = MissionFactory(state=state)
    assert client.get(page_of(mission)).status_code == 404
    client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=StartupFactory()).user)
    assert client.get(page_of(mission)).status_code == 404
    client.force_login(lead_of(mission))
    response = client.get(page_of(mission))
    assert (response.status_code, text_of(response).count(NOINDEX)) == (200, 1)


def test_similar_missions_are_open_ones(client):
    mission = MissionFactory()
    MissionFactory(title="Développeur semblable")
    MissionFactory(title="Développeur déjà trouvé", state=MissionState.FILLED)
    MissionFactory(title="Développeur en brouillon", draft=True)
    response = client.get(page_of(mission))
    assert [other.title for other in response.context["similar"]] == ["Développeur semblable"]


def test_a_visitor_reads_nobody_on_a_mission(client):
    mission = MissionFactory(required=["Python"])
    MemberFactory(full_name="Ada Visible", listed=True, skills=["Python"])
    response = client.get(page_of(mission))
    assert "Ada Visible" not in text_of(response)
    assert "profils/" not in text_of(response)
    assert MatchListOpening.objects.count() == 0


def test_the_team_sees_the_three_best_and_the_opening_is_recorded(client):
    mission = MissionFactory(required=["Python", "Docker"])
    for number, skills in enumerate((["Python", "Docker"], ["Python"], [], [])):
        MemberFactory(
            full_name=f"Personne {number}", slug=f"p{number}", listed=True, skills=skills, role=mission.title
        )
    user = lead_of(mission)
    client.force_login(user)
    response = client.get(page_of(mission))
    assert [card.object.slug for card in response.context["best"]][:2] == ["p0", "p1"]
    assert len(response.context["best"]) == 3
    assert f'href="{page_of(mission)}profils/"' in text_of(response)
    opening = MatchListOpening.objects.get()
    assert (opening.mission, opening.user, opening.members_shown, opening.members_ranked) == (mission, user, 3, 4)


def test_the_team_of_a_mission_that_is_over_is_shown_nobody(client):
    mission = MissionFactory(state=MissionState.FILLED)
    MemberFactory(full_name="Ada Visible", listed=True)
    client.force_login(lead_of(mission))
    assert "Ada Visible" not in text_of(client.get(page_of(mission)))
    assert MatchListOpening.objects.count() == 0


def test_a_member_reads_how_they_fit_with_the_score_that_the_team_sees(client):
    mission = MissionFactory(required=["Python", "Docker"])
    user = UserFactory()
    member = MemberFactory(user=user, skills=["Python"], domain=Domain.DEVELOPPEMENT)
    client.force_login(user)
    response = client.get(page_of(mission))
    match = response.context["own_match"]
    assert match == match_of(member, mission)
    html = response.content.decode()
    assert f'<strong class="score__number">{match.score}</strong>' in html
    assert [html.count(f"<span>{reason.text[0].upper()}{reason.text[1:]}</span>") for reason in match.reasons] == [
        1
    ] * len(match.reasons)


def test_an_account_without_a_record_reads_the_page_of_everybody(client):
    mission = MissionFactory()
    client.force_login(UserFactory())
    response = client.get(page_of(mission))
    assert (response.status_code, response.context["own_match"]) == (200, None)


@pytest.mark.parametrize("reader", ["visitor", "member", "lead"])
def test_the_page_costs_the_same_for_many_rows(client, count_queries, reader):
    theme = ThemeFactory(name="Mer")

    def rows():
        MissionFactory(required=["Python", "Docker"], appreciated=["Ruby"], startup=StartupFactory(themes=[theme]))
        MemberFactory(listed=True, skills=["Python", "Docker"], stint={"startups": [StartupFactory(themes=[theme])]})

    mission = MissionFactory(required=["Python"], startup=StartupFactory(themes=[theme], incubator=IncubatorFactory()))
    rows()
    if reader == "lead":
        client.force_login(lead_of(mission))
    elif reader == "member":
        client.force_login(MemberFactory(user=UserFactory(), skills=["Python"], stint=True).user)
    client.get(page_of(mission))
    few = count_queries(lambda: client.get(page_of(mission)))
    for _ in range(8):
        rows()
    assert count_queries(lambda: client.get(page_of(mission))) == few


def test_a_slug_with_a_dot_and_an_accent_has_a_page(client):
    assert client.get(page_of(MissionFactory(slug="2020-déploiement.v2"))).status_code == 200


def test_an_unknown_mission_is_not_found(client):
    assert client.get("/missions/rien/").status_code == 404
