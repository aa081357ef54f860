"""/missions/<slug>/candidatures/: the board, and the list."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import AuditEntry
from recruitment.candidates import SORTS
from recruitment.enums import ApplicationState
from recruitment.models import Application, ApplicationNote, ApplicationRating, MissionCriterion
from recruitment.views.board import FIRST, PAGE_SIZE
from tests.community.factories import UserFactory
from tests.recruitment.factories import ApplicationFactory

pytestmark = pytest.mark.django_db

BOARD = "/missions/carnet/candidatures/"
LIST = f"{BOARD}?vue=liste"


def ago(days):
    # At the same hour of that day, in summer too.
    return timezone.localtime() - timedelta(days=days)


def names(response):
    return [card.name for card in response.context["cards"]]


def test_each_state_is_a_column_and_who_waits_longest_is_first(team, apply):
    apply("Ada Phare", news_at=ago(2))
    apply("Bo Quai", news_at=ago(30))
    apply("Cy Rade", state="interview")
    apply("Di Port", state="rejected", news_at=ago(5))
    apply("El Bac", state="rejected", news_at=ago(1))
    told = team.get(BOARD).context
    columns = {
        column.state.value: [card.name for card in column.cards] for column in (*told["pending"], *told["ended"])
    }
    assert columns == {
        "submitted": ["Bo Quai", "Ada Phare"],
        "shortlisted": [],
        "interview": ["Cy Rade"],
        "offered": [],
        "accepted": [],
        "rejected": ["El Bac", "Di Port"],
        "withdrawn": [],
        "lapsed": [],
    }
    late, recent = told["pending"][0].cards
    assert (late.news, late.is_late) == ("Sans nouvelle depuis 30 jours", True)
    assert (recent.news, recent.is_late) == ("Sans nouvelle depuis 2 jours", False)


def test_a_card_offers_the_moves_of_the_table_and_no_others(team, apply):
    apply("Ada Phare", state="interview")
    apply("Bo Quai", state="withdrawn")
    told = team.get(BOARD).context
    [card] = told["pending"][2].cards
    assert [(move.to, move.words) for move in card.moves] == [
        ("offered", "Faire une proposition"),
        ("rejected", "Ne pas retenir"),
    ]
    [over] = told["ended"][2].cards
    assert over.moves == []


def test_a_card_moves_by_its_button_and_says_so(team, apply):
    row = apply("Ada Phare")
    response = team.post(f"{BOARD}{row.pk}/", {"seen": "submitted", "to": "shortlisted", "tableau": "1"})
    assert response["Location"] == f"{BOARD}#candidature-{row.pk}"
    row.refresh_from_db()
    assert row.state == ApplicationState.SHORTLISTED
    assert "La candidature d’Ada Phare est présélectionnée." in team.get(BOARD).content.decode()


def test_an_account_that_is_gone_is_named_so_and_one_without_a_record_by_its_name(team, mission):
    ApplicationFactory(mission=mission, candidate=None)
    ApplicationFactory(mission=mission, candidate__first_name="Zoé", candidate__last_name="Digue")
    assert sorted(names(team.get(BOARD))) == ["Compte effacé", "Zoé Digue"]


def test_the_board_and_the_list_cost_the_same_with_few_and_many(team, mission, apply, count_queries):
    pages = (f"{BOARD}?vue=tableau", LIST, f"{LIST}&q=phare&tri=-evaluation")
    apply("Ada Phare")
    # Who one is and which view one chose is known from here on.
    for page in pages:
        team.get(page)
    few = [count_queries(lambda page=page: team.get(page)) for page in pages]
    Application.objects.bulk_create(
        ApplicationFactory.build(mission=mission, candidate=None, state=state, message="phare")
        for state in ApplicationState
        for _ in range(FIRST + 5)
    )
    apply("Bo Phare")
    many = [count_queries(lambda page=page: team.get(page)) for page in pages]
    assert many == few
    assert max(many) < 30


def test_a_column_shows_its_first_ones_and_leads_to_the_list_of_its_state(team, mission):
    Application.objects.bulk_create(
        ApplicationFactory.build(mission=mission, candidate=None) for _ in range(FIRST + 3)
    )
    response = team.get(BOARD)
    column = response.context["pending"][0]
    assert (column.count, len(column.cards), column.left) == (FIRST + 3, FIRST, 3)
    assert f"{BOARD}?vue=liste&amp;etat=submitted&amp;tri=nouvelles" in response.content.decode()


def test_five_thousand_applications_are_answered_a_page_at_a_time(team, mission):
    Application.objects.bulk_create(
        (
            ApplicationFactory.build(
                mission=mission,
                candidate=None,
                message="x",
                state=list(ApplicationState)[number % 8],
                news_at=ago(number % 50),
            )
            for number in range(5_000)
        ),
        batch_size=500,
    )
    board = team.get(BOARD)
    assert sum(column.count for column in (*board.context["pending"], *board.context["ended"])) == 5_000
    assert len(board.context["cards"]) == 8 * FIRST
    last = team.get(f"{LIST}&page=100")
    assert (len(last.context["cards"]), last.context["pages"].last) == (PAGE_SIZE, 5_000 // PAGE_SIZE)
    row = Application.objects.first()
    assert team.get(f"{BOARD}{row.pk}/?tri=nouvelles").context["place"].count == 5_000


# The list ---------------------------------------------------------------------------------


def test_the_view_that_was_chosen_is_remembered(team, apply):
    apply("Ada Phare")
    assert "pending" in team.get(BOARD).context
    assert "headers" in team.get(LIST).context
    assert "headers" in team.get(BOARD).context
    assert "pending" in team.get(f"{BOARD}?vue=tableau").context
    assert "pending" in team.get(BOARD).context


def test_the_list_is_sorted_by_each_of_its_columns(team, apply, recruiter):
    day = timezone.localdate()
    apply("Bo Quai", sent=ago(3), news_at=ago(1), daily_rate=500, available_from=day + timedelta(days=9))
    apply("Ada Phare", sent=ago(2), news_at=ago(2), state="interview", daily_rate=400)
    apply("Cy Rade", sent=ago(1), news_at=ago(3), available_from=day + timedelta(days=2))
    found = {sort: names(team.get(f"{LIST}&tri={sort}")) for sort in SORTS if "evaluation" not in sort}
    ada, bo, cy = "Ada Phare", "Bo Quai", "Cy Rade"
    assert found == {
        "-recue": [cy, ada, bo],
        "recue": [bo, ada, cy],
        "nouvelles": [cy, ada, bo],
        "-nouvelles": [bo, ada, cy],
        "nom": [ada, bo, cy],
        "-nom": [cy, bo, ada],
        "etat": [cy, bo, ada],
        "-etat": [ada, cy, bo],
        # « Dès que possible » is the nearest.
        "disponibilite": [ada, cy, bo],
        "-disponibilite": [bo, cy, ada],
        "tarif": [ada, bo, cy],
        "-tarif": [bo, ada, cy],
    }


def test_a_column_that_would_hold_nothing_is_left_out_unless_it_sorts_the_list(team, apply, recruiter):
    def columns(address):
        heads = re.findall(r'<th scope="col".*?</th>', team.get(address).content.decode(), re.S)
        return [re.sub(r"<[^>]*>|&nbsp;.", " ", head).split()[0] for head in heads][6:]

    ada, bo = apply("Ada Phare"), apply("Bo Quai")
    criterion = MissionCriterion.objects.create(mission=ada.mission, position=1, text="Écoute")
    ApplicationRating.objects.create(application=bo, criterion=criterion, author=UserFactory(), value=4)
    # Whoever has not rated does not know what others gave.
    assert columns(LIST) == []
    assert columns(f"{LIST}&tri=-evaluation") == ["Évaluation"]
    ApplicationRating.objects.create(application=bo, criterion=criterion, author=recruiter, value=3)
    assert columns(LIST) == ["Évaluation"]
    ApplicationNote.objects.create(application=ada, author=recruiter, text="Vue.")
    Application.objects.filter(pk=ada.pk).update(daily_rate=500)
    assert columns(LIST) == ["Tarif", "Évaluation", "Notes"]
    assert columns(f"{LIST}&q=Bo") == ["Évaluation"]


def test_the_list_is_filtered_by_state_and_by_text_and_keeps_what_was_asked(team, apply):
    apply("Élodie Phare", role="Designer", state="interview")
    apply("Bo Quai", role="Développeur", message="J’ai tenu un phare.")
    apply("Cy Rade", role="Coach")
    assert names(team.get(f"{LIST}&q=elodie")) == ["Élodie Phare"]
    assert names(team.get(f"{LIST}&q=phare&tri=nom")) == ["Bo Quai", "Élodie Phare"]
    assert names(team.get(f"{LIST}&q=Coach")) == ["Cy Rade"]
    response = team.get(f"{LIST}&q=phare&etat=interview")
    assert names(response) == ["Élodie Phare"]
    assert 'value="phare"' in response.content.decode()
    assert names(team.get(f"{LIST}&q=personne")) == []


def test_an_address_that_says_nonsense_is_told_and_answered(team, apply):
    apply("Ada Phare")
    response = team.get(f"{LIST}&etat=nulle&tri=hasard&page=-3")
    assert names(response) == ["Ada Phare"]
    assert response.context["notices"] == [
        "Ce numéro de page n’existe pas : voici la première page.",
        "Cet état n’existe pas : voici tous les états.",
        "Cet ordre n’existe pas : voici l’ordre habituel.",
    ]
    assert team.get(f"{LIST}&page=99").context["notices"] == ["La page 99 n’existe pas : voici la dernière page."]


def test_notes_are_counted_on_cards_and_their_text_is_not_there(team, apply, recruiter):
    row = apply("Ada Phare")
    for text in ("Une première impression.", "Une seconde."):
        ApplicationNote.objects.create(application=row, author=recruiter, text=text)
    response = team.get(BOARD)
    [card] = response.context["cards"]
    assert card.notes == 2
    assert "impression" not in response.content.decode()


def test_showing_somebody_who_shows_themselves_to_nobody_is_kept_once_a_day(team, apply):
    apply("Prune Discrète", visibility="private")
    for page in (BOARD, LIST, BOARD):
        assert names(team.get(page)) == ["Prune Discrète"]
    assert AuditEntry.objects.filter(action="private_profile_seen").count() == 1
