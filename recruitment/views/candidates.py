"""One candidate before the team: what there is to read, to decide and to write."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.generic import TemplateView

from community.actions.contact import writer_name
from community.days import today
from community.models import Member, Stint
from community.views.members import Fact, facts_of, in_full
from community.visibility import may_see, viewer_of
from community.wording import Link, of_name, safe_links
from recruitment import candidates
from recruitment.actions.applications import ApplicationRefused, move_application
from recruitment.actions.deciding import note_opened
from recruitment.actions.notes import NoteRefused, write_note
from recruitment.actions.ratings import rate
from recruitment.actions.threads import ThreadRefused, send_message
from recruitment.board_forms import LIST, CandidatesForm
from recruitment.candidate_forms import MESSAGE, MOVE, NOTE, RATING, REJECT, CandidateForms
from recruitment.enums import ApplicationActor, ApplicationState
from recruitment.matching.matches import match_of
from recruitment.matching.ranking import Match
from recruitment.models import Application, ApplicationEvent
from recruitment.views.board import CandidatesPage

_KEPT = "typed_of_candidate"
_KEPT_FOR = timedelta(hours=1)
"""How long what was typed and not sent waits for its page."""


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
            forms=kwargs.pop("forms", None) or self._forms(self._kept()),
            place=self._place(),
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

    # What is sent --------------------------------------------------------------------

    def _forms(self, data: QueryDict | None) -> CandidateForms:
        return CandidateForms(self.row, by=self.user, here=self.request.path + self.listing.query(), data=data)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Put a text in its field, or send one of the forms; all that was typed in the others stays."""
        forms = self._forms(request.POST)
        if not forms.pressed:
            forms.put_text()
            return self._again(forms)
        form: Any = forms.press()
        if not form.is_valid():
            return self._again(forms)
        try:
            where = _SENDERS[forms.pressed](self, form.cleaned_data if forms.pressed != RATING else form.values)
        except (ApplicationRefused, ThreadRefused, NoteRefused) as refused:
            form.add_error(None, str(refused))
            return self._again(forms)
        self._keep(forms.unsent())
        if "tableau" in request.POST:
            return HttpResponseRedirect(f"{self.url_of('mission_applications')}#candidature-{self.row.pk}")
        return HttpResponseRedirect(request.path + self.listing.query() + where)

    def _again(self, forms: CandidateForms) -> HttpResponse:
        """The page with all that was typed."""
        self.row.refresh_from_db(fields=["state", "news_at"])
        forms.see_state()
        return self.render_to_response(self.get_context_data(forms=forms))

    def _decide(self, told: dict[str, Any]) -> str:
        move_application(
            self.row,
            ApplicationState(told.get("to", ApplicationState.REJECTED)),
            by=self.user,
            seen=ApplicationState(told["seen"]),
            reason=told.get("reason", ""),
            message=told["message"],
        )
        who = candidates.candidate_name(self.row)
        done = candidates.DONE_WORDS[self.row.state]
        messages.success(self.request, f"La candidature {of_name(who)} {done}. La personne le sait par courriel.")
        return ""

    def _write(self, told: dict[str, Any]) -> str:
        send_message(self.row, told["text"], by=self.user)
        messages.success(self.request, "Votre message est envoyé.")
        return "#messages"

    def _note(self, told: dict[str, Any]) -> str:
        write_note(self.row, told["text"], by=self.user, mentioned=told.get("mentioned") or ())
        messages.success(self.request, "Votre note est enregistrée. L’équipe seule la lit.")
        return "#notes"

    def _rate(self, values: dict[int, int]) -> str:
        rate(self.row, values, by=self.user)
        messages.success(self.request, "Votre évaluation est enregistrée.")
        return "#evaluations"

    # What waits to be sent -----------------------------------------------------------------

    def _keep(self, typed: dict[str, list[str]]) -> None:
        """What was typed beside what was sent waits in the session, for the page that comes next."""
        self.request.session.pop(_KEPT, None)
        if typed:
            self.request.session[_KEPT] = {"application": self.row.pk, "at": time.time(), "typed": typed}
            messages.info(self.request, "Le reste de ce que vous avez saisi est toujours là, pas encore envoyé.")

    def _kept(self) -> QueryDict | None:
        kept = self.request.session.get(_KEPT)
        if not kept or kept["application"] != self.row.pk or time.time() - kept["at"] > _KEPT_FOR.total_seconds():
            return None
        typed = QueryDict(mutable=True)
        for name, told in kept["typed"].items():
            typed.setlist(name, told)
        return typed


_SENDERS: dict[str, Callable[[CandidateView, Any], str]] = {
    MOVE: CandidateView._decide,
    REJECT: CandidateView._decide,
    MESSAGE: CandidateView._write,
    NOTE: CandidateView._note,
    RATING: CandidateView._rate,
}
"""What each form does; each gives the part of the page to come back to."""
