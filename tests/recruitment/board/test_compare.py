"""/missions/<slug>/candidatures/comparer/: two to four side by side."""

import pytest

from community.models import AuditEntry
from recruitment.models import ApplicationAnswer, ApplicationRating, MissionCriterion
from tests.community.factories import SkillFactory
from tests.recruitment.factories import ApplicationFactory, recruiter_of

pytestmark = pytest.mark.django_db

COMPARE = "/missions/carnet/candidatures/comparer/"


def lines(response, group):
    """What each row of a table says, by its head."""
    return {line.head: line.cells for title, found in response.context["groups"] if title == group for line in found}


def test_candidates_stand_side_by_side_in_the_order_in_which_they_were_ticked(team, mission, recruiter, apply):
    python, sql = SkillFactory(name="Python"), SkillFactory(name="SQL")
    mission.required_skills.set([python])
    mission.appreciated_skills.set([sql])
    ada = apply("Ada Phare", role="Développeuse", skills=[python], daily_rate=480)
    bo = apply("Bo Quai", skills=[sql])
    cy = apply("Cy Rade")
    gone = ApplicationFactory(mission=mission, candidate=None)
    ApplicationAnswer.objects.create(application=bo, asked="Pourquoi la mer ?", text="Le vent.")
    criterion = MissionCriterion.objects.create(mission=mission, position=1, text="Goût du large")
    for row, author, value in ((ada, recruiter, 3), (ada, recruiter_of(mission.startup), 4), (bo, None, 1)):
        ApplicationRating.objects.create(application=row, criterion=criterion, author=author, value=value)
    response = team.get(COMPARE, {"c": [bo.pk, ada.pk, cy.pk, gone.pk]})
    assert [person["name"] for person in response.context["people"]] == [
        "Bo Quai",
        "Ada Phare",
        "Cy Rade",
        "Compte effacé",
    ]
    unsaid = "non précisé"
    assert lines(response, "Compétences") == {
        "Python": ["non", "oui", unsaid, unsaid],
        "SQL": ["oui", "non", unsaid, unsaid],
    }
    assert lines(response, "Réponses") == {"Pourquoi la mer ?": ["Le vent.", "", "", ""]}
    assert lines(response, "Candidature")["Tarif"] == ["", "480 € HT par jour", "", ""]
    assert lines(response, "Critères de la mission") == {
        "Goût du large": ["évaluez d’abord cette candidature", "3,5 sur 4", *["évaluez d’abord cette candidature"] * 2]
    }
    assert lines(response, "Rapprochement")["Score"][3] == "pas comparé"
    assert AuditEntry.objects.filter(action="application_opened").count() == 4


def test_no_more_than_four_nor_fewer_than_two(team, apply):
    rows = [apply(f"Ada {number}") for number in range(6)]
    response = team.get(COMPARE, {"c": [row.pk for row in rows]})
    assert [person["name"] for person in response.context["people"]] == ["Ada 0", "Ada 1", "Ada 2", "Ada 3"]
    assert response.context["left"] == 2
    assert AuditEntry.objects.filter(action="application_opened").count() == 4
    for some in ([], [rows[0].pk], ["nimporte", "-1", "9" * 30]):
        response = team.get(COMPARE, {"c": some})
        assert response.context["people"] == []
        assert "Cochez de deux à 4 candidatures" in response.content.decode()
