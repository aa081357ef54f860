"""Probable duplicates: the list, two records side by side, making one of them, and parting them again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.generic import FormView, TemplateView, View

from community.actions.merging import (
    ChangedSincePreview,
    MergeRefused,
    merge_members,
    part_members,
    rehearse_parting,
    tell_apart,
    why_not_merged,
    why_not_parted,
)
from community.actions.reading import note_seen
from community.duplicates import MOST_PAIRS, ProbablePair, probable_pairs
from community.listing.answers import Pages
from community.merge_forms import LookForm, MergeForm
from community.merging import How, decisions
from community.models import FormerSlug, Member, MemberMerge
from community.models.duplicates import PARTED_WITHIN
from community.proof import FreshProofMixin
from community.row_numbers import row_number
from community.views.programme import ProgrammeOnly
from community.visibility import viewer_of
from community.wording import day_in_words

PER_PAGE = 20


def compare_url(kept: Member, gone: Member) -> str:
    """The page where these two are side by side, the first to be kept."""
    return reverse("community:compare_records", args=[kept.slug, gone.slug])


@dataclass(frozen=True)
class Line:
    """One pair of the list. `kept`: the one that is proposed to stay."""

    kept: Member
    gone: Member
    percent: int
    reasons: str
    url: str


def _line(pair: ProbablePair, members: dict[int, Member]) -> Line | None:
    first, second = members.get(pair.first), members.get(pair.second)
    if first is None or second is None:
        return None
    # Whoever has an account looks after their record.
    kept, gone = (second, first) if second.user_id and not first.user_id else (first, second)
    percent = round(min(pair.score, 0.99) * 100)
    return Line(kept, gone, percent, ", ".join(pair.reasons), compare_url(kept, gone))


class DuplicatesView(ProgrammeOnly, TemplateView):
    """/doublons/ `recalculer` looks at every record again; `fiche` and `autre` lead to two records side by side."""

    template_name = "community/duplicates.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list, or the two records that were asked for."""
        self.look = LookForm(request.GET if "fiche" in request.GET or "autre" in request.GET else None)
        if self.look.is_bound and self.look.is_valid():
            return HttpResponseRedirect(compare_url(self.look.cleaned_data["fiche"], self.look.cleaned_data["autre"]))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Pairs, a page at a time, and what can be undone."""
        pairs = probable_pairs(afresh="recalculer" in self.request.GET)
        every = Paginator(pairs, PER_PAGE)
        page = every.get_page(self.request.GET.get("page"))
        shown = list(page)
        members = Member.objects.with_status().in_bulk({pk for pair in shown for pk in pair[:2]})
        merges = MemberMerge.objects.reversible().select_related("kept", "merged_by__member")
        return super().get_context_data(
            lines=[line for line in (_line(pair, members) for pair in shown) if line is not None],
            count=every.count,
            is_cut=every.count >= MOST_PAIRS,
            most=MOST_PAIRS,
            pages=Pages(page.number, every.num_pages, lambda number: f"?page={number}"),
            merges=merges,
            days=PARTED_WITHIN.days,
            look=self.look,
            **kwargs,
        )


class TellApartView(ProgrammeOnly, View):
    """/doublons/distinctes/ These two are two people: `premiere` and `seconde`, by number."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Remember it."""
        numbers = [request.POST.get(name, "") for name in ("premiere", "seconde")]
        members = list(Member.objects.filter(pk__in=[row_number(number) for number in numbers]))
        if len(members) == 2:
            tell_apart(members[0], members[1], by=self.user)
            messages.success(
                request, f"C’est noté : « {members[0]} » et « {members[1]} » ne seront plus proposées ensemble."
            )
        else:
            messages.info(request, "Une de ces deux fiches n’existe plus : il n’y a rien à noter.")
        return HttpResponseRedirect(reverse("community:duplicates"))


@dataclass(frozen=True)
class Moving:
    """What of the record that goes comes to the other. `twice`: how many of them that one has already."""

    label: str
    count: int
    twice: int


class CompareView(ProgrammeOnly, FreshProofMixin, FormView):
    """/doublons/comparer/<kept>/<gone>/"""

    template_name = "community/merge.html"
    form_class = MergeForm

    @cached_property
    def pair(self) -> tuple[Member, Member]:
        """The two records. Raises `Http404`."""
        slugs = self.kwargs["kept"], self.kwargs["gone"]
        found = {member.slug: member for member in Member.objects.with_status().filter(slug__in=slugs)}
        if slugs[0] == slugs[1] or len(found) < 2:
            raise Http404
        return found[slugs[0]], found[slugs[1]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Two that are one already are told so."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if FormerSlug.objects.filter(identifier__in=[self.kwargs["kept"], self.kwargs["gone"]]).exists():
                messages.info(request, "L’une de ces fiches a déjà été réunie à une autre : rien n’a changé.")
                return HttpResponseRedirect(reverse("community:duplicates"))
            raise

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Both records; the audit log says that one was seen which its person shows to few."""
        shown = Member.objects.visible_to(self.user).filter(pk__in=[member.pk for member in self.pair])
        seen = set(shown.values_list("pk", flat=True))
        note_seen((member for member in self.pair if member.pk not in seen), by=self.user)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The two, and who looks."""
        kept, gone = self.pair
        return {**super().get_form_kwargs(), "kept": kept, "gone": gone, "viewer": viewer_of(self.user)}

    def form_valid(self, form: MergeForm) -> HttpResponse:
        """Make one of them, or say why not."""
        kept, gone = self.pair
        try:
            done = merge_members(kept, gone, form.choices(), by=self.user, seen=form.cleaned_data["state"])
        except ChangedSincePreview as changed:
            form.shows_anew()
            form.add_error(None, str(changed))
            return self.form_invalid(form)
        except MergeRefused as refusal:
            messages.error(self.request, str(refusal))
            return HttpResponseRedirect(reverse("community:duplicates"))
        messages.success(
            self.request,
            f"« {gone} » et « {kept} » ne font plus qu’une fiche. Vous pouvez l’annuler jusqu’au "
            f"{day_in_words(localtime(done.until).date())}.",
        )
        return HttpResponseRedirect(reverse("community:duplicates"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What goes where."""
        kept, gone = self.pair
        return super().get_context_data(
            kept=kept,
            gone=gone,
            refusal=why_not_merged(kept, gone, self.user),
            moving=_moving(kept, gone),
            other_way=compare_url(gone, kept),
            days=PARTED_WITHIN.days,
            **kwargs,
        )


def _moving(kept: Member, gone: Member) -> list[Moving]:
    told = []
    for decision in decisions():
        if not decision.label or decision.how not in (How.MOVES, How.CHOSEN):
            continue
        theirs = list(decision.rows(gone))
        held = {decision.same(row) for row in decision.rows(kept)} if decision.same and theirs else set()
        twice = sum(decision.same(row) in held for row in theirs) if decision.same else 0
        if theirs:
            told.append(Moving(decision.label, len(theirs), twice))
    return told


class PartView(ProgrammeOnly, FreshProofMixin, TemplateView):
    """/doublons/reunions/<pk>/annuler/ What will be given back, then doing it."""

    template_name = "community/merge_undo.html"

    @cached_property
    def merge(self) -> MemberMerge:
        """The merge of the address. Raises `Http404`."""
        rows = MemberMerge.objects.reversible().select_related("kept", "merged_by__member")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What is undone already, or too old, is told so."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            messages.info(
                request,
                f"Cette réunion a déjà été annulée, ou ses {PARTED_WITHIN.days} jours sont passés : rien n’a changé.",
            )
            return HttpResponseRedirect(reverse("community:duplicates"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What cannot be given back is found by doing it and taking it back."""
        refusal = why_not_parted(self.merge)
        lost = [] if refusal else rehearse_parting(self.merge, by=self.user)
        return super().get_context_data(merge=self.merge, refusal=refusal, lost=lost, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Give both back."""
        name, kept = self.merge.gone_name, str(self.merge.kept)
        try:
            lost = part_members(self.merge, by=self.user)
        except MergeRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, f"La réunion est annulée : « {name} » et « {kept} » sont de nouveau deux fiches."
            )
            if lost:
                messages.warning(request, f"N’ont pas pu être rendus : {' ; '.join(lost)}.")
        return HttpResponseRedirect(reverse("community:duplicates"))
