"""/rapprochement/equite/ counts how candidates are answered, and points at nobody."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from community.enums import Domain, Engagement, RoleName
from community.models import Finding
from recruitment.enums import ApplicationState, FeedbackKind, FeedbackSide, InvitationState, RejectionReason
from recruitment.fairness import (
    ALERTED,
    ALONE,
    INVITED,
    KEPT,
    NOTHING,
    UNKNOWN,
    Period,
    fairness,
    hidden_where_small,
)
from recruitment.models import Application, ApplicationEvent, MatchFeedback, MissionInvitation
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory

pytestmark = pytest.mark.django_db

PAGE = "/rapprochement/equite/"
FILE = "/rapprochement/equite/export/"
S = ApplicationState
SENT = datetime(2026, 3, 10, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def sent(mission, number=1, *, after=None, state=S.SUBMITTED, reason="", at=SENT, **more):
    """Applications; `after`: days until the first answer, or until the end that the team has no part in."""
    moment = at + timedelta(days=after or 0)
    by_team = state not in (S.WITHDRAWN, S.LAPSED)
    rows = [
        ApplicationFactory(
            mission=mission,
            state=state,
            submitted_at=at,
            answered_at=moment if after is not None and by_team else None,
            **more,
        )
        for _ in range(number)
    ]
    if state != S.SUBMITTED:
        ApplicationEvent.objects.bulk_create(
            ApplicationEvent(application=row, to_state=state, reason=reason, happened_at=moment) for row in rows
        )
    return rows


def soup_of(client, address):
    return BeautifulSoup(client.get(address).content, "html.parser")


def rows_of(soup, table):
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
        for row in soup.select(f"#{table} tbody tr")
    ]


def test_what_is_counted_of_a_period():
    mission = MissionFactory(engagement=Engagement.FREELANCE, domain=Domain.DATA)
    sent(mission, 4, after=2, state=S.SHORTLISTED)
    sent(mission, 3, after=30, state=S.REJECTED, reason=RejectionReason.SKILL)
    sent(mission, 2)
    sent(mission, 1, after=3, state=S.WITHDRAWN)
    sent(mission, 1, after=40, state=S.LAPSED)
    sent(mission, 7, at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))

    whole = fairness(MARCH, now=NOW).whole

    assert (whole.applications, whole.answered, whole.days) == (11, 70, 2)
    # After 21 days the refused, the silent and the one closed later still waited; after 45, the silent alone.
    assert whole.waiting == (round(600 / 11), round(200 / 11))


def test_a_wait_that_is_not_over_yet_is_no_figure():
    sent(MissionFactory(), 6, at=NOW - timedelta(days=22))
    whole = fairness(Period(date(2026, 5, 1), date(2026, 6, 1)), now=NOW).whole
    assert (whole.answered, whole.days, whole.waiting) == (0, None, (100, None))


def test_the_same_figures_stand_by_startup_by_engagement_and_by_domain():
    first, second, small = (StartupFactory(name=name) for name in ("Abri", "Bois", "Cale"))
    sent(MissionFactory(startup=first, engagement=Engagement.EIG, domain=Domain.DATA), 6, after=1)
    sent(MissionFactory(startup=second, engagement="", domain=Domain.DESIGN), 9)
    sent(MissionFactory(startup=second, engagement=Engagement.EIG, domain=Domain.DATA), 5, after=1)
    sent(MissionFactory(startup=small, engagement=Engagement.EIG, domain=Domain.DATA), 2, after=1)
    found = fairness(MARCH, now=NOW)

    def told(lines):
        return [(line.label, line.applications, line.answered) for line in lines]

    # « Abri » is hidden too: the whole less the others would give « Cale » away.
    assert told(found.startups) == [("Abri", None, None), ("Bois", 14, 36), ("Cale", None, None)]
    assert told(found.engagements) == [(Engagement.EIG.label, 13, 100), ("Non précisé", 9, 0)]
    assert told(found.domains) == [(Domain.DATA.label, 13, 100), (Domain.DESIGN.label, 9, 0)]
    assert [fairness(MARCH, host, NOW) for host in (first, small)] == [NOTHING, NOTHING]
    assert told(fairness(MARCH, second, NOW).domains) == [(Domain.DATA.label, 5, 100), (Domain.DESIGN.label, 9, 0)]


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([9, 5, 0], [9, 5, 0]),
        ([9, 6, 4, 0], [9, None, None, 0]),
        ([9, 6, 4, 3], [9, 6, None, None]),
        ([9, 1, 1], [None, None, None]),
        ([2, 0], [None, 0]),
        ([], []),
    ],
)
def test_a_small_part_is_hidden_and_what_would_give_it_back(numbers, told):
    assert hidden_where_small(numbers) == told


def test_reasons_and_origins_are_told_as_far_as_they_point_at_nobody():
    mission = MissionFactory()
    sent(mission, 6, after=1, state=S.REJECTED, reason=RejectionReason.SKILL)
    sent(mission, 5, after=1, state=S.REJECTED, reason=RejectionReason.RATE)
    sent(mission, 1, after=1, state=S.REJECTED, reason=RejectionReason.OTHER)
    before, later = SENT - timedelta(days=1), SENT + timedelta(days=1)
    for trace in (INVITED, KEPT, ALERTED, ALONE):
        for _ in range(5):
            member = MemberFactory(user=UserFactory())
            sent(mission, state=S.ACCEPTED, after=1, candidate=member.user)
            when = later if trace == ALONE else before
            if trace in (INVITED, ALONE):
                MissionInvitation.objects.create(
                    mission=mission,
                    invited=member.user,
                    message="Venez.",
                    sent_at=when,
                    state=InvitationState.APPLIED,
                    ended_at=SENT,
                )
            if trace in (INVITED, KEPT, ALONE):
                MatchFeedback.objects.create(
                    mission=mission, member=member, side=FeedbackSide.TEAM, kind=FeedbackKind.SAVED, said_at=when
                )
            Finding.objects.create(
                user=member.user,
                document="missions",
                object_id=mission.pk,
                frequency="daily",
                found_at=before,
                told_at=when,
            )
    sent(mission, 5, after=1, state=S.ACCEPTED, candidate=None)
    found = fairness(MARCH, now=NOW)

    numbers = {part.label: part.number for part in (*found.outcomes, *found.reasons, *found.origins)}
    told = {label: number for label, number in numbers.items() if number != 0}
    assert told == {
        S.ACCEPTED.label: 25,
        S.REJECTED.label: 12,
        RejectionReason.SKILL.label: 6,
        RejectionReason.RATE.label: None,
        RejectionReason.OTHER.label: None,
        **dict.fromkeys((INVITED, KEPT, ALERTED, ALONE, UNKNOWN), 5),
    }


def test_five_thousand_applications_cost_no_query_more_and_the_file_escapes_formulas(client, count_queries):
    formula = StartupFactory(name="=1+1")
    sent(MissionFactory(startup=formula), 5, after=1)
    sent(MissionFactory(startup=StartupFactory(name="Petite")), 1, after=1)
    sent(MissionFactory(startup=StartupFactory(name="Voisine")), 8, after=1)
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    address = "?du=01/03/2026&au=31/03/2026"
    client.get(PAGE + address)
    few = count_queries(lambda: client.get(PAGE + address))
    missions = [MissionFactory(startup=StartupFactory(name=f"Équipe {number}")) for number in range(60)]
    Application.objects.bulk_create(
        Application(mission=missions[number % 60], message="Bonjour.", submitted_at=SENT) for number in range(5_000)
    )

    assert count_queries(lambda: client.get(PAGE + address)) == few
    soup = soup_of(client, f"{PAGE}{address}&page=2")
    assert rows_of(soup, "ensemble")[0][:3] == ["Toutes", "5 014", "0 %"]
    assert len(rows_of(soup, "startups")) == 13
    answer = client.get(FILE + address)
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert answer["Content-Disposition"] == 'attachment; filename="equite-2026-03-01-2026-03-31.csv"'
    assert [line for line in lines if line[0] == "Startup"][:2] == [
        ["Startup", "'=1+1", "masqué"],
        ["Startup", "Équipe 0", "84", "0", "", "100", "100"],
    ]


def test_what_cannot_be_read_of_a_period_is_said_and_stays_in_its_field(client):
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    told = []
    for asked in ("du=31/02/2026", "du=02/03/2026&au=01/03/2026", "du=01/03/2026&au=10/03/2026&startup=nulle-part"):
        soup = soup_of(client, f"{PAGE}?{asked}")
        told.append([soup.select_one("#id_du")["value"], soup.select_one("#id_du_error").get_text()])
    assert told == [
        ["31/02/2026", "Cette date n’existe pas ou n’est pas lisible. Format attendu : 31/12/2026."],
        ["02/03/2026", "La période commence après sa fin : inversez les deux dates."],
        ["01/03/2026", "Choisissez au moins 28 jours : en deçà, un chiffre parlerait de quelques-uns."],
    ]


def test_too_few_applications_give_no_figure_at_all(client):
    startup = StartupFactory(name="Petite équipe")
    sent(MissionFactory(startup=startup), 4, after=1, state=S.REJECTED, reason=RejectionReason.SKILL)
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    texts = [
        soup_of(client, f"{PAGE}?du=01/03/2026&au=31/03/2026{more}").main.get_text()
        for more in ("", f"&startup={startup.slug}")
    ]
    assert [text.count("trop peu de candidatures") for text in texts] == [1, 1]
    assert [RejectionReason.SKILL.label in text or "100" in text for text in texts] == [False, False]
