"""The page of a startup, or of an incubator, before those who keep it: each part with its own save."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from community.actions.keeping import is_due, may_keep, may_verify, verify_page
from community.actions.pages import (
    MOST_TECHNOLOGIES,
    PageRefused,
    add_row,
    add_technology,
    correct_row,
    remove_row,
    remove_technology,
    save_section,
)
from community.actions.profile import ChangedMeanwhile
from community.models import Incubator, PageSection, Startup
from community.page_forms import FORMS, ROW_FORMS, PageForm, RowForm
from community.row_numbers import row_number
from community.views.name_box import NameBox, SkillBox, SkillOptions
from community.views.signed_in import SignedIn
from community.views.startups import links_of

if TYPE_CHECKING:
    from community.actions.pages import Row

SAVED = "Enregistré. La page et la recherche sont à jour."
GONE = "Cette ligne a été retirée entre-temps : rien n’est enregistré. Ajoutez-la de nouveau si elle doit y être."


def page_url(place: Startup | Incubator, name: str, *args: Any) -> str:
    """« edit », « history »…: an address of those who keep the page."""
    kind = "startup" if isinstance(place, Startup) else "incubator"
    return reverse(f"community:{kind}_{name}", args=[place.slug, *args])


@method_decorator(never_cache, name="dispatch")
class KeptPage(SignedIn):
    """What every view of a page’s keepers shares: signed in, and one of them. Raises `PermissionDenied`, `Http404`."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @property
    def kind(self) -> str:
        """« startup » or « incubator »."""
        return str(self.kwargs.get("kind", "startup"))

    @cached_property
    def place(self) -> Any:
        """Whose page it is."""
        model: Any = Incubator if self.kind == "incubator" else Startup
        return get_object_or_404(model, slug=self.kwargs["slug"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, and keeper of this page."""
        if request.user.is_authenticated and not may_keep(self.user, self.place):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def trail(self) -> list[dict[str, str]]:
        """The pages above."""
        lists = ("Incubateurs", "incubators") if self.kind == "incubator" else ("Startups", "startups")
        return [
            {"label": lists[0], "url": reverse(f"community:{lists[1]}")},
            {"label": self.place.name, "url": self.place.get_absolute_url()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where one is."""
        context: dict[str, Any] = super().get_context_data(  # type: ignore[misc]
            place=self.place, trail=self.trail, edit_url=page_url(self.place, "edit"), **kwargs
        )
        return context


class EditView(KeptPage, TemplateView):
    """/startups/<slug>/modifier/, /incubateurs/<slug>/modifier/ All the parts, and what each says."""

    def get_template_names(self) -> list[str]:
        """One for each kind of page."""
        return [f"community/{self.kind}_edit.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page says; for a startup, whether it is to be verified."""
        place = self.place
        told: dict[str, Any] = {}
        if isinstance(place, Startup):
            told |= {
                "phases": place.phases.all(),
                "events": place.events.all(),
                "technologies": place.technologies.order_by("name"),
                "sponsors": place.sponsors.order_by("name"),
                "themes": [*place.themes.order_by("name"), *place.user_types.order_by("name")],
                "links": links_of(place),
                "is_due": is_due(place),
                "may_verify": may_verify(self.user, place),
            }
        return super().get_context_data(**told, **kwargs)


class SectionView(KeptPage, FormView):
    """/startups/<slug>/modifier/<part>/ One part, saved by itself. `apercu` shows the Markdown and saves nothing."""

    template_name = "community/page_section.html"

    def get_form_class(self) -> type[PageForm]:
        """The part of the address. Raises `Http404`."""
        try:
            return FORMS[self.kind, self.kwargs["part"]]
        except KeyError:
            raise Http404 from None

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form says what the page says."""
        return {**super().get_form_kwargs(), "place": self.place}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what it would look like, or save it."""
        if "apercu" in request.POST:
            return self.render_to_response(self.get_context_data(form=self.get_form(), shows_preview=True))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PageForm) -> HttpResponse:
        """Save, or say what has changed meanwhile."""
        try:
            save_section(self.place, form.section, form.values(), by=self.user, seen=form.cleaned_data["state"])
        except ChangedMeanwhile:
            if form.changed_meanwhile():
                return self.form_invalid(form)
        messages.success(self.request, SAVED)
        return HttpResponseRedirect(page_url(self.place, "edit"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether there is Markdown to look at, and how it looks."""
        form = kwargs.get("form") or self.get_form()
        has_preview = "description" in form.fields
        preview = form["description"].value() if has_preview and kwargs.pop("shows_preview", False) else None
        return super().get_context_data(**{**kwargs, "form": form}, has_preview=has_preview, preview=preview)


class RowView(KeptPage, FormView):
    """/startups/<slug>/modifier/phases/ajouter/, …/phases/<pk>/, and the same of events. `retirer` takes it away."""

    template_name = "community/page_row.html"

    def get_form_class(self) -> type[RowForm]:
        """The list of the address."""
        return ROW_FORMS[self.kwargs["rows"]]

    @cached_property
    def row(self) -> Row | None:
        """The row of the address; None for a new one, and for one that was taken away while somebody corrected it.

        Raises `Http404`.
        """
        if "pk" not in self.kwargs:
            return None
        rows: Any = self.place.phases if self.get_form_class().section == PageSection.PHASES else self.place.events
        found: Row | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None and self.request.method != "POST":
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form says what the row says."""
        return {**super().get_form_kwargs(), "row": self.row}

    def get_success_url(self) -> str:
        """The list, among the parts."""
        return f"{page_url(self.place, 'edit')}#{self.kwargs['rows']}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take away, or save."""
        if "pk" in self.kwargs and self.row is None:
            form = self.get_form()
            form.add_error(None, GONE)
            return self.form_invalid(form)
        if "retirer" in request.POST and self.row is not None:
            return self._remove(self.row)
        return super().post(request, *args, **kwargs)

    def _remove(self, row: Row) -> HttpResponse:
        section = self.get_form_class().section
        try:
            remove_row(self.place, section, row.pk, by=self.user, seen=self.request.POST.get("state", ""))
        except ChangedMeanwhile:
            messages.warning(self.request, "Cette ligne a été modifiée entre-temps : regardez-la avant de la retirer.")
            return HttpResponseRedirect(self.request.path)
        except PageRefused as refused:
            messages.warning(self.request, str(refused))
        else:
            messages.success(self.request, "Retiré. L’historique permet de revenir en arrière.")
        return HttpResponseRedirect(self.get_success_url())

    def form_valid(self, form: RowForm) -> HttpResponse:
        """Save, or say why not."""
        try:
            self._save(form)
        except ChangedMeanwhile:
            if form.changed_meanwhile():
                return self.form_invalid(form)
        except PageRefused as refused:
            form.add_error(refused.field, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, SAVED)
        return super().form_valid(form)

    def _save(self, form: RowForm) -> None:
        if self.row is None:
            add_row(self.place, form.section, form.values(), by=self.user)
            return
        seen = form.cleaned_data["state"]
        correct_row(self.place, form.section, self.row.pk, form.values(), by=self.user, seen=seen)


class NamesView(KeptPage, NameBox, TemplateView):
    """A list of names on the page. `retirer`: the number of one."""

    address: ClassVar[str]
    title: ClassVar[str]

    def remove(self, number: int) -> None:
        """Take one away. Raises `PageRefused`."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add or take away one."""
        try:
            if text := request.POST.get("retirer", ""):
                self.remove(row_number(text))
                done = True
            else:
                done = self.add_typed()
        except PageRefused as refused:
            self.error, done = str(refused), False
        return HttpResponseRedirect(page_url(self.place, self.address)) if done else self.get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page is called; `names`, of which there are `most`, is each page's to tell."""
        return super().get_context_data(title=self.title, kind=self.noun.split(maxsplit=1)[-1], **kwargs)


class TechnologiesView(NamesView, SkillBox):
    """/startups/<slug>/modifier/technologies/"""

    template_name = "community/page_technologies.html"
    address = "edit_technologies"
    title = "Technologies"
    noun = "une technologie"

    def add(self, name: str) -> bool:
        """One of the vocabulary of skills."""
        name, is_new = add_technology(self.place, name, by=self.user)
        if is_new:
            messages.success(self.request, f"Technologie ajoutée : {name}.")
        else:
            messages.info(self.request, f"« {name} » figure déjà sur la page.")
        return True

    def remove(self, number: int) -> None:
        """From the page alone."""
        if name := remove_technology(self.place, number, by=self.user):
            messages.success(self.request, f"Technologie retirée : {name}.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list as it is."""
        names = self.place.technologies.order_by("name")
        return super().get_context_data(names=names, most=MOST_TECHNOLOGIES, **kwargs)


class TechnologySuggestionView(KeptPage, SkillOptions):
    """/startups/<slug>/modifier/technologies/propositions/?nom="""


class VerifyView(KeptPage):
    """/startups/<slug>/verifier/ « Tout est juste »: for who leads the startup."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so. Raises `PermissionDenied`."""
        verify_page(self.place, by=self.user)
        messages.success(request, "Merci. La page dit maintenant qu’elle a été vérifiée par l’équipe aujourd’hui.")
        return HttpResponseRedirect(page_url(self.place, "edit"))
