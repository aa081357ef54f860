"""`evaluate_matching --feedback`: what teams and candidates say, counted by criterion."""

import json

import pytest
from django.core.management import CommandError, call_command

from community.enums import RoleName
from recruitment.actions.feedback import hide_profile, refuse_mission, save_profile
from recruitment.enums import ApplicationState, HidingReason, RefusalReason, RejectionReason
from recruitment.models import ApplicationEvent
from tests.community.factories import MemberFactory, RoleGrantFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory

pytestmark = pytest.mark.django_db


def feedback(capsys, *arguments):
    call_command("evaluate_matching", "--feedback", *arguments)
    return capsys.readouterr().out


def test_nobody_has_said_anything(capsys):
    assert feedback(capsys) == "Personne n’a encore rien dit d’un rapprochement.\n"


def test_each_criterion_is_told_with_what_was_said_where_it_was_the_best_and_why(capsys):
    mission = MissionFactory(title="Designer UX", domain="design")
    lead = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user
    # The title brings most to the first two, the domain to the third, nothing to the last.
    first, second = (MemberFactory(listed=True, role="Designer UX", domain="design") for _ in range(2))
    third = MemberFactory(listed=True, role="", domain="design")
    last = MemberFactory(user=UserFactory(), listed=True, role="Développeur", domain="developpement")
    hide_profile(mission, first, by=lead, reason=HidingReason.SKILL)
    save_profile(mission, second, by=lead)
    hide_profile(mission, third, by=lead, reason=HidingReason.OTHER, words="Autre chose")
    refuse_mission(mission, by=last.user, reason=RefusalReason.OTHER_TRADE)

    found = json.loads(feedback(capsys, "--json"))

    assert found == {
        "best": [
            {
                "criterion": "Intitulé",
                "team_saved": 1,
                "team_invited": 0,
                "team_hidden": 1,
                "candidate_refused": 0,
                "reasons": {"Il manque une compétence indispensable": 1},
            },
            {
                "criterion": "Domaine",
                "team_saved": 0,
                "team_invited": 0,
                "team_hidden": 1,
                "candidate_refused": 0,
                "reasons": {"Autre raison": 1},
            },
            {
                "criterion": "aucun critère au-dessus de la moitié",
                "team_saved": 0,
                "team_invited": 0,
                "team_hidden": 0,
                "candidate_refused": 1,
                "reasons": {"Ce n’est pas mon métier": 1},
            },
        ],
        "rejections": {},
    }
    lines = feedback(capsys).splitlines()
    assert [line.split() for line in lines[3:5]] == [
        ["Intitulé", "1", "0", "1", "0"],
        ["Il", "manque", "une", "compétence", "indispensable", ":", "1"],
    ]


def test_the_reasons_of_rejections_are_counted_and_name_nobody(capsys):
    application = ApplicationFactory(state=ApplicationState.REJECTED)
    ApplicationEvent.objects.create(
        application=application,
        actor_kind="team",
        from_state=ApplicationState.SUBMITTED,
        to_state=ApplicationState.REJECTED,
        reason=RejectionReason.SKILL,
    )

    assert json.loads(feedback(capsys, "--json"))["rejections"] == {"Il manque une compétence demandée": 1}


def test_without_a_directory_nor_feedback_the_error_is_clear():
    with pytest.raises(CommandError) as error:
        call_command("evaluate_matching")

    assert (str(error.value), error.value.returncode) == ("Donnez le dossier des données, ou --feedback.", 2)
