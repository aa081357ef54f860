"""/missions/<slug>/candidatures/ensemble/: several at once, each on its own, by somebody who read the names."""

import pytest

from community.models import AuditDetail
from recruitment.actions.applications import move_application
from recruitment.actions.deciding import MOST_TOGETHER, decide_together
from recruitment.enums import ApplicationState
from recruitment.models import Application, ApplicationEvent
from recruitment.rejection_texts import rejection_text
from tests.recruitment.factories import ApplicationFactory, MissionFactory

pytestmark = pytest.mark.django_db

TOGETHER = "/missions/carnet/candidatures/ensemble/"


def sent(*rows, **more):
    """What the page of confirmation posts of these rows, as they are now."""
    return {"c": [row.pk for row in rows], **{f"vu-{row.pk}": row.state for row in rows}, **more}


def states():
    return dict(Application.objects.values_list("pk", "state"))


def test_looking_at_the_names_decides_nothing(team, apply):
    ada, bo = apply("Ada Phare"), apply("Bo Quai", state="interview")
    response = team.get(f"{TOGETHER}?to=rejected&c={ada.pk}&c={bo.pk}&c=nimporte&c=999999")
    assert [(card.name, card.row.state) for card in response.context["cards"]] == [
        ("Ada Phare", "submitted"),
        ("Bo Quai", "interview"),
    ]
    assert states() == {ada.pk: "submitted", bo.pk: "interview"}


def test_each_is_decided_on_its_own_and_the_page_says_which_not_and_why(team, recruiter, mission, apply):
    ada, bo, cy, di = (apply(name) for name in ("Ada Phare", "Bo Quai", "Cy Rade", "Di Port"))
    stranger = ApplicationFactory()
    told = sent(ada, bo, cy, di, stranger, to="shortlisted", message="À bientôt.")
    move_application(bo, ApplicationState.WITHDRAWN, by=bo.candidate)
    del told[f"vu-{di.pk}"]
    response = team.post(TOGETHER, told)
    assert [card.name for card in response.context["done"]] == ["Ada Phare", "Cy Rade"]
    assert [(card.name, why) for card, why in response.context["left"]] == [
        ("Bo Quai", "Elle a changé entre-temps : « Retirée »."),
        ("Di Port", "La page ne disait pas où en était cette candidature : relisez-la, puis décidez."),
    ]
    assert response.context["gone"] == 1
    assert "2 candidatures présélectionnées. 2 candidatures laissées en l’état." in " ".join(
        response.content.decode().split()
    )
    assert states() == {
        ada.pk: "shortlisted",
        bo.pk: "withdrawn",
        cy.pk: "shortlisted",
        di.pk: "submitted",
        stranger.pk: "submitted",
    }
    assert set(ApplicationEvent.objects.filter(to_state="shortlisted").values_list("message", flat=True)) == {
        "À bientôt."
    }
    [kept] = AuditDetail.objects.filter(entry__action="applications_decided_together")
    assert kept.facts == {
        "mission": mission.pk,
        "to": "shortlisted",
        "moved": [ada.pk, cy.pk],
        "left": [bo.pk, di.pk],
    }


def test_posting_it_again_changes_nothing_more(team, apply):
    ada = apply("Ada Phare")
    told = sent(ada, to="shortlisted")
    team.post(TOGETHER, told)
    again = team.post(TOGETHER, told)
    assert [why for _card, why in again.context["left"]] == ["Elle a changé entre-temps : « Présélectionnée »."]
    assert ApplicationEvent.objects.count() == 1


def test_a_refusal_of_several_has_one_reason_and_one_message(team, apply):
    ada, bo = apply("Ada Phare"), apply("Bo Quai", state="offered")
    told = sent(ada, bo, to="rejected", message="Merci à vous.")
    page = team.post(TOGETHER, told).content.decode()
    assert "Choisissez un motif : ces personnes le liront." in page
    assert "Merci à vous.</textarea>" in page
    assert states() == {ada.pk: "submitted", bo.pk: "offered"}
    team.post(TOGETHER, {**told, "reason": "filled"})
    assert set(ApplicationEvent.objects.values_list("reason", "message")) == {("filled", "Merci à vous.")}
    assert states() == {ada.pk: "rejected", bo.pk: "rejected"}


def test_a_text_is_proposed_for_all_and_the_names_stay(team, mission, apply):
    ada = apply("Ada Phare")
    response = team.post(TOGETHER, sent(ada, to="rejected", reason="cancelled", message="", proposer="1"))
    assert response.context["form"]["message"].value() == rejection_text("cancelled", mission)
    assert [card.name for card in response.context["cards"]] == ["Ada Phare"]
    assert states() == {ada.pk: "submitted"}


def test_no_more_than_a_hundred_at_once_and_no_offer(team, recruiter, mission):
    rows = Application.objects.bulk_create(
        ApplicationFactory.build(mission=mission, candidate=None) for _ in range(MOST_TOGETHER + 1)
    )
    response = team.post(TOGETHER, sent(*rows, to="shortlisted"))
    assert response.context["form"].errors["c"] == ["Décidez de 100 candidatures au plus à la fois."]
    assert team.post(TOGETHER, sent(rows[0], to="offered")).context["form"].errors["to"] == [
        "Ce changement n’existe pas."
    ]
    assert set(states().values()) == {"submitted"}
    refused = [
        (rows, ApplicationState.SHORTLISTED),
        (rows[:1], ApplicationState.OFFERED),
        ([ApplicationFactory(mission=MissionFactory())], ApplicationState.SHORTLISTED),
    ]
    for some, to in refused:
        with pytest.raises(ValueError, match="not decided of together"):
            decide_together(mission, some, to, by=recruiter, seen={})


def test_nothing_ticked_is_told(team):
    assert "Aucune candidature n’est cochée." in team.get(f"{TOGETHER}?to=rejected").content.decode()
    assert team.post(TOGETHER, {"to": "shortlisted"}).context["form"].errors["c"] == [
        "Cochez au moins une candidature."
    ]


def test_confirming_costs_the_same_to_read_with_few_and_many(team, apply, count_queries):
    rows = [apply("Ada Phare")]
    one = count_queries(lambda: team.get(TOGETHER, {"to": "rejected", "c": [row.pk for row in rows]}))
    rows += [apply(f"Bo {number}") for number in range(8)]
    assert count_queries(lambda: team.get(TOGETHER, {"to": "rejected", "c": [row.pk for row in rows]})) == one
