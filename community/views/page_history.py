"""What was changed on a page: by whom, when, from what to what; and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.views.generic import TemplateView

from community.actions.history import may_be_undone, undo
from community.actions.pages import PageRefused
from community.actions.roles import name_of
from community.enums import EventName, PhaseName
from community.listing.answers import Pages
from community.models import Incubator, Member, PageChange, Theme, User, UserType
from community.views.pages import KeptPage, page_url
from community.wording import day_in_words, moment_in_words

PER_PAGE = 20
ERASED = "compte effacé"
_MOST_LINES = 400
"""Lines of a text that are compared; a longer one is shown whole."""


@dataclass(frozen=True)
class Comparison:
    """One thing that a change touched; empty: there was, or is, nothing. `in_part`: the lines that differ alone."""

    label: str
    before: str
    after: str
    in_part: bool = False


@dataclass(frozen=True)
class Line:
    """One change, as it is read."""

    pk: int
    title: str
    moment: str
    who: str
    comparisons: list[Comparison]
    undone: str
    is_undoing: bool
    may_undo: bool


class HistoryView(KeptPage, TemplateView):
    """/startups/<slug>/historique/, /incubateurs/<slug>/historique/"""

    template_name = "community/page_history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The changes, the latest first."""
        undoing = Prefetch("undone_by", PageChange.objects.select_related("by__member").order_by("pk"))
        rows = self.place.page_changes.select_related("by__member", "member").prefetch_related(undoing)
        paged = Paginator(rows.order_by("-made_at", "-pk"), PER_PAGE)
        page = paged.get_page(self.request.GET.get("page"))
        words = Words(list(page), type(self.place), self.user)
        return super().get_context_data(
            lines=[words.line(change) for change in page],
            total=paged.count,
            pages=Pages(page.number, paged.num_pages, lambda number: f"?page={number}"),
            **kwargs,
        )


class UndoView(KeptPage):
    """/startups/<slug>/historique/<pk>/annuler/, and the same of incubators."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Undo it, or say why not."""
        try:
            undo(self.kwargs["pk"], self.place, by=self.user)
        except PageChange.DoesNotExist:
            raise Http404 from None
        except PageRefused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, "La modification est annulée. Cette annulation figure elle aussi ici.")
        return HttpResponseRedirect(page_url(self.place, "history"))


class Words:
    """Says changes in French. At most four queries, however many they are."""

    def __init__(self, changes: list[PageChange], model: type[Any], reader: User) -> None:
        self.model = model
        people = {change.member_id for change in changes if change.member_id}
        seen = Member.objects.visible_to(reader).filter(pk__in=people) if people else Member.objects.none()
        self.seen = set(seen.values_list("pk", flat=True)) if people else set()
        self.terms: dict[str, dict[int, str]] = {}
        for name, table in (("themes", Theme), ("user_types", UserType)):
            keys = {
                key for change in changes for side in (change.before, change.after) for key in side.get(name) or ()
            }
            rows: Any = table._default_manager.filter(pk__in=keys)
            self.terms[name] = dict(rows.values_list("pk", "name")) if keys else {}
        hosts = {side.get("incubator") for change in changes for side in (change.before, change.after)} - {None}
        self.incubators = dict(Incubator.objects.filter(pk__in=hosts).values_list("pk", "name")) if hosts else {}

    def line(self, change: PageChange) -> Line:
        """One change, with its `undone_by`."""
        undone = next(iter(change.undone_by.all()), None)
        return Line(
            pk=change.pk,
            title=str(change.get_section_display()),
            moment=_moment(change),
            who=_who(change),
            comparisons=[self._compared(change, key) for key in _sorted(change.after)],
            undone=f"Annulée {_moment(undone)} par {_who(undone)}" if undone else "",
            is_undoing=change.undoes_id is not None,
            may_undo=undone is None and may_be_undone(change),
        )

    def _compared(self, change: PageChange, key: str) -> Comparison:
        before, after = self._value(key, change.before[key]), self._value(key, change.after[key])
        label, in_part = self._label(change, key), False
        if "\n" in before or "\n" in after:
            before, after, in_part = _differing(before, after)
        return Comparison(label, before, after, in_part)

    def _label(self, change: PageChange, key: str) -> str:
        kind = key.partition(":")[0]
        if kind == "stint":
            return str(change.member) if change.member_id in self.seen else "Une personne que vous ne pouvez pas voir"
        known = {"phase": "Phase", "event": "Événement", "technology": "Technologie", "sponsor": "Sponsor"}
        if kind in known:
            return known[kind]
        try:
            return capfirst(str(self.model._meta.get_field(key).verbose_name))
        except FieldDoesNotExist:
            return key

    def _value(self, key: str, value: Any) -> str:
        if value in (None, "", []):
            return ""
        kind = key.partition(":")[0]
        if kind == "phase":
            return f"{_named(PhaseName, value['name'])}, {_period(value)}"
        if kind == "event":
            comment = f" : {value['comment']}" if value["comment"] else ""
            return f"{_named(EventName, value['name'])}, le {_day(value['date'])}{comment}"
        if kind == "stint":
            return _period(value)
        if key == "incubator":
            return self.incubators.get(value, "(incubateur supprimé)")
        if key == "verified_on":
            return _day(value)
        if key in self.terms:
            return ", ".join(sorted(self.terms[key].get(pk, "(mot supprimé)") for pk in value))
        return str(value)


def _sorted(keys: Iterable[str]) -> list[str]:
    """In one order, whatever the database’s."""
    return sorted(keys, key=lambda key: (key.partition(":")[0], len(key), key))


def _named(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text))


def _period(value: dict[str, Any]) -> str:
    end = f" au {_day(value['end'])}" if value["end"] else ", sans fin"
    return f"du {_day(value['start'])}{end}"


def _moment(change: PageChange) -> str:
    return f"le {moment_in_words(change.made_at)}"


def _who(change: PageChange) -> str:
    return name_of(change.by) if change.by else ERASED


def _differing(before: str, after: str) -> tuple[str, str, bool]:
    """The lines that differ of two texts; the texts themselves where they are too long to compare."""
    old, new = before.split("\n"), after.split("\n")
    if not before or not after or len(old) > _MOST_LINES or len(new) > _MOST_LINES:
        return before, after, False
    gone: list[str] = []
    come: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[a:b]
            come += new[c:d]
    return "\n".join(gone).strip(), "\n".join(come).strip(), True
