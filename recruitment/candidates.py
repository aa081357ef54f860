"""What a team reads of those who apply: which applications, in which order, and each in a few words.

Nobody reads, rates or moves their own application as the team: it is not among those of `candidates_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, IntegerField, OrderBy, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, RowNumber, Trim
from django.utils import timezone
from django.utils.formats import number_format

from community.days import today
from community.folding import words_of
from community.wording import day_in_words
from recruitment.actions.applications import moves_open_to
from recruitment.enums import PENDING, ApplicationActor, ApplicationState
from recruitment.models import Application, ApplicationNote, Mission

if TYPE_CHECKING:
    from community.models import Member, User

GONE = "Compte effacé"
NAMELESS = "Une personne sans nom"
ENDED = tuple(state for state in ApplicationState if state not in PENDING)
"""The states of an application that waits for nobody, in their order."""
LATE = 21
"""Days without news after which a card says it loudly: the team is reminded of it then, too."""
TEAM = frozenset({ApplicationActor.TEAM})

MOVE_WORDS: dict[str, str] = {
    ApplicationState.SHORTLISTED: "Présélectionner",
    ApplicationState.INTERVIEW: "Passer en entretien",
    ApplicationState.OFFERED: "Faire une proposition",
    ApplicationState.REJECTED: "Ne pas retenir",
}
"""What a team does, by the state that it leads to."""
TOGETHER_WORDS: dict[str, str] = {
    ApplicationState.SHORTLISTED: "candidature présélectionnée,candidatures présélectionnées",
    ApplicationState.INTERVIEW: "candidature passée en entretien,candidatures passées en entretien",
    ApplicationState.REJECTED: "candidature non retenue,candidatures non retenues",
}
"""What became of one, or of several."""
DONE_WORDS: dict[str, str] = {
    ApplicationState.SHORTLISTED: "est présélectionnée",
    ApplicationState.INTERVIEW: "est passée en entretien",
    ApplicationState.OFFERED: "est suivie d’une proposition",
    ApplicationState.REJECTED: "n’est pas retenue",
}


def candidates_of(mission: Mission, user: User) -> QuerySet[Application]:
    """The applications to a mission that this account reads as the team."""
    return Application.objects.readable_by(user).filter(mission=mission).exclude(candidate=user)


def with_people(rows: QuerySet[Application]) -> QuerySet[Application]:
    """With the account and the record of whoever applies."""
    return rows.select_related("candidate__member")


def member_of(row: Application) -> Member | None:
    """The record of whoever applies; None for an account without one, and for one that is no more."""
    return getattr(row.candidate, "member", None) if row.candidate is not None else None


def members_among(rows: Iterable[Application]) -> list[Member]:
    """The records of those who apply."""
    return [member for row in rows if (member := member_of(row)) is not None]


def candidate_name(row: Application) -> str:
    """How whoever applies is called; never their address."""
    if row.candidate is None:
        return GONE
    member = member_of(row)
    return (member.full_name if member else row.candidate.get_full_name()) or NAMELESS


# In which order ---------------------------------------------------------------------------

SORTS = {
    "-recue": "Les plus récentes",
    "recue": "Les plus anciennes",
    "nouvelles": "Sans nouvelle depuis le plus longtemps",
    "-nouvelles": "Dernières nouvelles",
    "nom": "Nom, de A à Z",
    "-nom": "Nom, de Z à A",
    "etat": "État, du début à la fin",
    "-etat": "État, de la fin au début",
    "disponibilite": "Disponibilité, la plus proche",
    "-disponibilite": "Disponibilité, la plus lointaine",
    "tarif": "Tarif, le plus bas",
    "-tarif": "Tarif, le plus haut",
    "-evaluation": "Évaluation, la meilleure",
    "evaluation": "Évaluation, la plus basse",
}
"""The orders of a list of candidates. What is unknown comes last, « dès que possible » is the nearest availability."""
USUAL_SORT = "-recue"

_SORTED_BY: Mapping[str, Any] = {
    "recue": "submitted_at",
    "nouvelles": "news_at",
    "nom": Coalesce(
        "candidate__member__name_folded",
        NullIf(Lower(Trim(Concat("candidate__first_name", Value(" "), "candidate__last_name"))), Value("")),
    ),
    "etat": Case(
        *(When(state=state, then=place) for place, state in enumerate(ApplicationState)),
        output_field=IntegerField(),
    ),
    "disponibilite": "available_from",
    "tarif": "daily_rate",
    "evaluation": "rating_mean",
}


def in_order(rows: QuerySet[Application], sort: str, user: User) -> QuerySet[Application]:
    """Rows in one of the orders of `SORTS`, as this account may know it; equal ones always in the same order."""
    key = sort.removeprefix("-")
    if key == "evaluation":
        rows = rows.with_ratings(user)  # type: ignore[attr-defined]
    by = _SORTED_BY[key]
    expression = F(by) if isinstance(by, str) else by
    # Whoever names no day could begin at once.
    nulls: dict[str, Any] = {"nulls_last": True} if key != "disponibilite" or sort != key else {"nulls_first": True}
    return rows.order_by(OrderBy(expression, descending=sort != key, **nulls), "-pk")


def matching_text(rows: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Those whose name, trade or message holds what was typed: each word of the name, or the text as it is."""
    if not text:
        return rows
    words = words_of(text)
    named = Q(*(Q(candidate__member__name_folded__contains=word) for word in words)) if words else Q(pk__in=())
    account = Q(*(_in_account(word) for word in text.split()[:8]))
    return rows.filter(named | account | Q(candidate__member__role__icontains=text) | Q(message__icontains=text))


def _in_account(word: str) -> Q:
    held = Q(candidate__first_name__icontains=word) | Q(candidate__last_name__icontains=word)
    return held & Q(candidate__member__isnull=True)


# In a few words -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One thing that the team may do: the state that it leads to, and its verb."""

    to: str
    words: str


@dataclass(frozen=True)
class Card:
    """One application as boards and lists show it. `rating`: a mean that this reader may know, or empty."""

    row: Application
    name: str
    line: str
    news: str
    is_late: bool
    rating: str
    notes: int
    moves: list[Move]

    @property
    def rejectable(self) -> bool:
        """Whether the team may still say no."""
        return any(move.to == ApplicationState.REJECTED for move in self.moves)

    @property
    def onward(self) -> list[Move]:
        """The moves that need no reason."""
        return [move for move in self.moves if move.to != ApplicationState.REJECTED]


def moves_of(row: Application) -> list[Move]:
    """What the team may do with an application, in the order of the table."""
    return [Move(to.value, MOVE_WORDS[to]) for to in moves_open_to(row, TEAM)]


def news_in_words(row: Application, day: date) -> str:
    """Since when whoever applies has heard nothing; for what is over, since when it is."""
    told = timezone.localdate(row.news_at)
    if not row.is_pending:
        return f"Depuis le {day_in_words(told)}"
    days = (day - told).days
    if days < 1:
        return "Nouvelles aujourd’hui"
    return f"Sans nouvelle depuis {days} jour{'s' if days > 1 else ''}"


def mean_in_words(mean: float | None) -> str:
    """« 3,2 sur 4 »; empty where there is none to tell."""
    return "" if mean is None else f"{number_format(round(mean, 1), 1)} sur 4"


def availability_in_words(row: Application) -> str:
    """From when, as the application says."""
    return day_in_words(row.available_from) if row.available_from else "dès que possible"


def days_in_words(row: Application) -> str:
    """« 3 jours par semaine »; empty where nothing was said."""
    days = row.days_per_week
    return f"{number_format(days.normalize())} jour{'s' if days >= 2 else ''} par semaine" if days else ""


def rate_in_words(row: Application) -> str:
    """Euros a day, excluding tax; empty where nothing was said."""
    return f"{number_format(row.daily_rate, force_grouping=True)} € HT par jour" if row.daily_rate else ""


def cards_of(pks: Iterable[int], user: User, day: date | None = None) -> list[Card]:
    """Applications, in the order of their numbers, as cards. Two queries, however many."""
    order = list(pks)
    day = day or today()
    rows = with_people(Application.objects.filter(pk__in=order)).with_ratings(user).defer("message")  # type: ignore[attr-defined]
    found: dict[int, Any] = {row.pk: row for row in rows}
    noted = dict(
        ApplicationNote.objects.filter(application__in=order)
        .order_by()
        .values_list("application")
        .annotate(count=Count("pk"))
    )
    return [_card(found[pk], noted.get(pk, 0), day) for pk in order if pk in found]


def _card(row: Any, notes: int, day: date) -> Card:
    member = member_of(row)
    return Card(
        row=row,
        name=candidate_name(row),
        line=member.role if member else "",
        news=news_in_words(row, day),
        is_late=row.is_pending and (day - timezone.localdate(row.news_at)).days >= LATE,
        rating=mean_in_words(row.rating_mean),
        notes=notes,
        moves=moves_of(row),
    )


# All of a mission's, state by state ------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One state of the board: its first cards, and how many there are in all."""

    state: ApplicationState
    count: int
    cards: list[Card]

    @property
    def left(self) -> int:
        """How many more are in the list than on the board."""
        return self.count - len(self.cards)


def counts_of(rows: QuerySet[Application]) -> dict[str, int]:
    """How many applications there are in each state, those of none included. One query."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {state.value: found.get(state.value, 0) for state in ApplicationState}


def columns_of(mission: Mission, user: User, *, first: int) -> list[Column]:
    """The board: for each state, its `first` cards. What waits longest is first; of what is over, the latest.

    The number of queries does not grow with the rows, nor what is read beyond the first ones.
    """
    rows = candidates_of(mission, user)
    counts = counts_of(rows)
    firsts: dict[str, list[int]] = {state.value: [] for state in ApplicationState}
    for states, by in ((PENDING, ("news_at", "-pk")), (ENDED, ("-news_at", "-pk"))):
        placed = rows.filter(state__in=states).annotate(place=Window(RowNumber(), partition_by="state", order_by=by))
        for pk, state in placed.filter(place__lte=first).order_by("place").values_list("pk", "state"):
            firsts[state].append(pk)
    cards = {card.row.pk: card for card in cards_of((pk for pks in firsts.values() for pk in pks), user)}
    return [
        Column(state, counts[state], [cards[pk] for pk in firsts[state] if pk in cards]) for state in ApplicationState
    ]
