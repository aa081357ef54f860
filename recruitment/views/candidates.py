"""One candidate before the team, and a few of them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView

from community.actions.contact import writer_name
from community.days import today
from community.models import Member, Stint
from community.views.members import Fact, facts_of, in_full
from community.visibility import may_see, viewer_of
from community.wording import Link, safe_links
from recruitment import candidates, wording
from recruitment.actions.applications import ApplicationRefused, move_application
from recruitment.actions.deciding import note_opened
from recruitment.actions.ratings import ratings_of
from recruitment.board_forms import (
    LIST,
    MOST_COMPARED,
    CandidatesForm,
    ChosenForm,
    MoveForm,
    RejectForm,
)
from recruitment.enums import ApplicationActor, ApplicationState
from recruitment.matching.matches import match_of, matches_of
from recruitment.matching.ranking import Match
from recruitment.models import Application, ApplicationEvent
from recruitment.rejection_texts import with_proposal
from recruitment.views.board import CandidatesPage


@dataclass(frozen=True)
class Profile:
    """What a team may read of the record of somebody who applies to it. `url`: of their page, where one sees it."""

    member: Any
    facts: list[Fact]
    stints: list[Stint]
    links: list[Link]
    url: str


def profile_of(row: Application, user: Any) -> Profile | None:
    """The record of whoever applies, field by field as they show it to the teams they apply to; None without one."""
    known = candidates.member_of(row)
    if known is None:
        return None
    member: Any = in_full(Member.objects.filter(pk=known.pk)).prefetch_related("engagements", "teams").get()
    viewer = viewer_of(user)
    is_visible = Member.objects.visible_to(user).filter(pk=member.pk).exists()
    return Profile(
        member=member,
        facts=[fact for field, fact in facts_of(member) if may_see(viewer, member, field, has_applied=True)],
        stints=member.history,
        links=safe_links(("", address) for address in member.links),
        url=member.get_absolute_url() if is_visible else "",
    )


@dataclass(frozen=True)
class Document:
    """A document that goes with an application. `size`: in bytes."""

    name: str
    size: int
    url: str


def documents_of(row: Application) -> list[Document]:
    """What was sent with an application, each with the address where its reading is kept."""
    return [
        Document(sent.name, sent.size, reverse("recruitment:application_document", args=[sent.pk]))
        for sent in row.documents.all()
    ]


@dataclass(frozen=True)
class Step:
    """One line of the story of an application."""

    event: ApplicationEvent
    who: str


def story_of(row: Application) -> list[Step]:
    """What happened to an application, the first first."""
    who = {
        ApplicationActor.CANDIDATE: lambda event: candidates.candidate_name(row),
        ApplicationActor.SYSTEM: lambda event: "Le portail",
        ApplicationActor.TEAM: lambda event: writer_name(event.actor),
    }
    events = row.events.select_related("actor__member")
    return [Step(event, who[ApplicationActor(event.actor_kind)](event)) for event in events]


@dataclass(frozen=True)
class Place:
    """Where one is in the list: from 1, of `count`; `number` 0 once the application has left the list."""

    number: int
    count: int
    previous: str
    next: str


class CandidateView(CandidatesPage, TemplateView):
    """/missions/<slug>/candidatures/<pk>/ One application. Its address carries the list that one goes through."""

    template_name = "recruitment/board/candidate.html"

    @cached_property
    def row(self) -> Application:
        """The application. Raises `Http404` for one of another mission, one's own included."""
        rows = candidates.with_people(candidates.candidates_of(self.mission, self.user)).select_related("mission")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def listing(self) -> CandidatesForm:
        """The list of the address."""
        return CandidatesForm(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All that there is to read before one decides; that it was opened is kept."""
        row = self.row
        note_opened([row], by=self.user)
        seen = {"seen": row.state}
        moves = candidates.moves_of(row)
        return super().get_context_data(
            application=row,
            name=candidates.candidate_name(row),
            news=candidates.news_in_words(row, today()),
            facts=self._facts(),
            answers=list(row.answers.all()),
            documents=documents_of(row),
            profile=profile_of(row, self.user),
            match=self._match(),
            steps=story_of(row),
            onward=[move for move in moves if move.to != ApplicationState.REJECTED],
            rejectable=any(move.to == ApplicationState.REJECTED for move in moves),
            move_form=kwargs.pop("move_form", None) or MoveForm(initial=seen),
            reject_form=kwargs.pop("reject_form", None) or RejectForm(initial=seen),
            place=self._place(),
            here=self.request.path + self.listing.query(),
            back=self.url_of("mission_applications")
            + (self.listing.query(vue=LIST) if self.listing.parameters() else ""),
            **kwargs,
        )

    def _facts(self) -> list[tuple[str, str]]:
        told = (
            ("Disponible", candidates.availability_in_words(self.row)),
            ("Rythme", candidates.days_in_words(self.row)),
            ("Tarif", candidates.rate_in_words(self.row)),
        )
        return [(label, text) for label, text in told if text]

    def _match(self) -> Match | None:
        member = candidates.member_of(self.row)
        return match_of(member, self.mission) if member else None

    def _place(self) -> Place:
        rows = self.listing.rows(candidates.candidates_of(self.mission, self.user))
        pks = list(candidates.in_order(rows, self.listing.sort, self.user).values_list("pk", flat=True))
        at = pks.index(self.row.pk) if self.row.pk in pks else -1
        before = pks[at - 1] if at > 0 else None
        # What was moved out of the list leads to the first that is still in it.
        after = pks[at + 1] if at + 1 < len(pks) else None
        return Place(at + 1, len(pks), self._url_of(before), self._url_of(after))

    def _url_of(self, pk: int | None) -> str:
        return self.url_of("mission_application", pk) + self.listing.query() if pk else ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Propose a text, or move; what was typed is there again whenever something is wrong."""
        _ = self.row
        if "proposer" in request.POST:
            return self._again()
        form = RejectForm(request.POST) if "refuser" in request.POST else MoveForm(request.POST)
        if not form.is_valid():
            return self._again(form)
        told = form.cleaned_data
        try:
            move_application(
                self.row,
                ApplicationState(told.get("to", ApplicationState.REJECTED)),
                by=self.user,
                seen=ApplicationState(told["seen"]),
                reason=told.get("reason", ""),
                message=told["message"],
            )
        except ApplicationRefused as refused:
            form.add_error(None, str(refused))
            return self._again(form)
        who = candidates.candidate_name(self.row)
        done = candidates.DONE_WORDS[self.row.state]
        messages.success(request, f"La candidature de {who} {done}. La personne le sait par courriel.")
        if "tableau" in request.POST:
            return HttpResponseRedirect(f"{self.url_of('mission_applications')}#candidature-{self.row.pk}")
        return HttpResponseRedirect(request.path + self.listing.query())

    def _again(self, wrong: MoveForm | RejectForm | None = None) -> HttpResponse:
        """The page with all that was typed of both decisions. `wrong`: the one that cannot be; None: no decision was
        made, a text is proposed.
        """
        self.row.refresh_from_db(fields=["state", "news_at"])
        move, reject = self._typed(MoveForm), self._typed(RejectForm)
        if wrong is None:
            typed = reject.initial
            typed["message"] = with_proposal(typed["message"], typed["reason"], self.mission)
        else:
            # The state is what it is now: whoever was slower has read it, and decides of it.
            move.initial["seen"] = reject.initial["seen"] = self.row.state
            posted: Any = self.request.POST.copy()
            posted[wrong.add_prefix("seen")] = self.row.state
            wrong.data = posted
        is_refusing = not isinstance(wrong, MoveForm) or bool(reject.initial["reason"] or reject.initial["message"])
        told = {
            "move_form": wrong if isinstance(wrong, MoveForm) else move,
            "reject_form": wrong if isinstance(wrong, RejectForm) else reject,
        }
        return self.render_to_response(self.get_context_data(**told, is_refusing=is_refusing))

    def _typed(self, kind: type[MoveForm | RejectForm]) -> Any:
        """What was typed of a decision, nothing of it blamed: perhaps it is the other that was made."""
        posted = kind(self.request.POST)
        return kind(initial={name: posted[name].value() or "" for name in posted.fields})


@dataclass(frozen=True)
class Line:
    """One row of the comparison: its head, what the mission asks for, and a cell for each candidate."""

    head: str
    cells: list[str]
    asked: str = ""


class CompareView(CandidatesPage, TemplateView):
    """/missions/<slug>/candidatures/comparer/?c=… Two to four side by side."""

    template_name = "recruitment/board/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A table: one column a candidate, one row a question."""
        numbers = ChosenForm(self.request.GET).numbers
        readable = candidates.with_people(candidates.candidates_of(self.mission, self.user))
        found = readable.select_related("mission__startup").in_bulk(numbers)
        rows = [found[number] for number in numbers if number in found]
        left = max(0, len(rows) - MOST_COMPARED)
        rows = rows[:MOST_COMPARED]
        enough = len(rows) > 1
        if enough:
            note_opened(rows, by=self.user)
        return super().get_context_data(
            people=[
                {"name": candidates.candidate_name(row), "url": self.url_of("mission_application", row.pk), "row": row}
                for row in rows
            ]
            if enough
            else [],
            groups=self._groups(rows) if enough else [],
            left=left,
            most=MOST_COMPARED,
            back=self.url_of("mission_applications") + f"?vue={LIST}",
            **kwargs,
        )

    def _groups(self, rows: list[Any]) -> list[tuple[str, list[Line]]]:
        told = matches_of(candidates.members_among(rows), self.mission)
        matches = [told[member.pk] if (member := candidates.member_of(row)) else None for row in rows]
        groups = [
            ("Candidature", self._facts(rows)),
            ("Compétences", self._skills(rows)),
            ("Critères de la mission", self._ratings(rows)),
            ("Rapprochement", _criteria(matches)),
            ("Réponses", _answers(rows)),
        ]
        return [(title, lines) for title, lines in groups if lines]

    def _facts(self, rows: list[Any]) -> list[Line]:
        mission = self.mission
        return [
            Line("État", [row.get_state_display() for row in rows]),
            Line("Métier", [(member.role if (member := candidates.member_of(row)) else "") for row in rows]),
            Line("Disponible", [candidates.availability_in_words(row) for row in rows], wording.start(mission)),
            Line("Rythme", [candidates.days_in_words(row) for row in rows], wording.rhythm(mission)),
            Line("Tarif", [candidates.rate_in_words(row) for row in rows], wording.pay(mission)),
        ]

    def _ratings(self, rows: list[Any]) -> list[Line]:
        rated = [ratings_of(row, self.user) for row in rows]
        means = [{one.criterion.pk: candidates.mean_in_words(one.mean) for one in told.rows} for told in rated]
        # Whoever has not given their own sees nobody else's.
        unseen = ["sans avis" if told.is_complete else "évaluez d’abord cette candidature" for told in rated]
        return [
            Line(criterion.text, [mean.get(criterion.pk) or words for mean, words in zip(means, unseen, strict=True)])
            for criterion in rated[0].criteria
        ]

    def _skills(self, rows: list[Any]) -> list[Line]:
        members = [candidates.member_of(row) for row in rows]
        owned = [set(member.skills.values_list("pk", flat=True)) if member else set() for member in members]
        asked = [(skill, "demandée") for skill in self.mission.required_skills.order_by("name")]
        asked += [(skill, "appréciée") for skill in self.mission.appreciated_skills.order_by("name")]
        return [Line(skill.name, [_has(skill.pk, skills) for skills in owned], kind) for skill, kind in asked]


def _has(skill: int, owned: set[int]) -> str:
    # Whoever declares none has said nothing of this one.
    return "non précisé" if not owned else "oui" if skill in owned else "non"


def _criteria(matches: list[Match | None]) -> list[Line]:
    if not any(matches):
        return []
    keys = dict.fromkeys(reason.key for match in matches if match for reason in match.reasons)
    lines = [Line("Score", [_score(match) for match in matches])]
    told = [{reason.key: reason.text for reason in match.reasons} if match else {} for match in matches]
    # What makes a mission impossible is told alone: the rest was not compared.
    unsaid = ["" if match and not match.blockers else "pas comparé" for match in matches]
    return lines + [
        Line(
            CRITERION_WORDS.get(key, key),
            [texts.get(key, words) for texts, words in zip(told, unsaid, strict=True)],
        )
        for key in keys
    ]


def _score(match: Match | None) -> str:
    if match is None:
        return "pas comparé"
    if match.blockers:
        return "Impossible en l’état : " + ", ".join(blocker.text for blocker in match.blockers)
    return f"{match.score} sur 100" if match.score is not None else "pas de score"


def _answers(rows: list[Any]) -> list[Line]:
    told = [{answer.asked: answer.text for answer in row.answers.all()} for row in rows]
    asked = dict.fromkeys(question for answers in told for question in answers)
    return [Line(question, [answers.get(question, "") for answers in told]) for question in asked]


CRITERION_WORDS = {
    "title": "Métier",
    "domain": "Domaine",
    "required": "Compétences demandées",
    "appreciated": "Compétences appréciées",
    "themes": "Thèmes",
    "user_types": "Usagers",
    "incubator": "Incubateur",
    "seniority": "Expérience",
    "days": "Rythme",
    "availability": "Disponibilité",
    "place": "Lieu",
    "rate": "Tarif",
    "neutral": "Le reste",
}
"""How the criteria of the matching are called in a table."""
