"""Notes and ratings of a team on an application, each on a page of its own."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.generic import FormView

from recruitment.actions.notes import NoteRefused, can_correct, colleagues, correct_note, delete_note, write_note
from recruitment.actions.ratings import rate, ratings_of
from recruitment.models import ApplicationNote
from recruitment.thread_forms import NoteForm, RatingForm
from recruitment.threads import notes_before, ratings_before
from recruitment.views.threads import OfApplication


class NotesView(OfApplication, FormView):
    """/candidatures/<pk>/notes/ For the team alone."""

    template_name = "recruitment/notes/notes.html"
    form_class = NoteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who can be mentioned."""
        people = colleagues(self.application, self.user)
        return {**super().get_form_kwargs(), "auto_id": "note-%s", "colleagues": people}

    def form_valid(self, form: NoteForm) -> HttpResponse:
        """Keep it, or say why not."""
        told = form.cleaned_data
        try:
            write_note(self.application, told["text"], by=self.user, mentioned=told.get("mentioned") or ())
        except NoteRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, "Votre note est enregistrée. L’équipe seule la lit.")
        return HttpResponseRedirect(f"{self.application_url}#notes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The notes, with what was typed."""
        form = kwargs.pop("form", None) or self.get_form()
        shown = notes_before(self.application, self.user, form=form, page=self.asked.page_wanted)
        return super().get_context_data(**shown, trail=self.trail, back=self.application_url, **kwargs)


class NoteView(OfApplication, FormView):
    """/candidatures/<pk>/notes/<note>/ One's own note: to correct for a while, to delete at any time."""

    template_name = "recruitment/notes/note.html"
    form_class = NoteForm

    @cached_property
    def note(self) -> ApplicationNote:
        """The note of the address, by whoever asks. Raises `Http404`."""
        rows = ApplicationNote.objects.filter(application=self.application, author=self.user)
        return get_object_or_404(rows, pk=self.kwargs["note"])

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"text": self.note.text}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete, or correct."""
        if "supprimer" in request.POST:
            delete_note(self.note, by=self.user)
            messages.success(request, "La note est supprimée.")
            return HttpResponseRedirect(f"{self.application_url}#notes")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: NoteForm) -> HttpResponse:
        """Correct it, or say why not."""
        try:
            correct_note(self.note, form.cleaned_data["text"], by=self.user)
        except NoteRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, "La note est corrigée.")
        return HttpResponseRedirect(f"{self.application_url}#notes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The note; the form while it may be corrected, and after a fault, so that nothing typed is lost."""
        return super().get_context_data(
            note=self.note,
            can_correct=can_correct(self.note, self.user) or self.request.method == "POST",
            trail=self.trail,
            back=self.application_url,
            **kwargs,
        )


class RatingsView(OfApplication, FormView):
    """/candidatures/<pk>/notations/ For the team alone."""

    template_name = "recruitment/notes/ratings.html"
    form_class = RatingForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """What is rated, and what one gave before."""
        known = ratings_of(self.application, self.user)
        return {**super().get_form_kwargs(), "auto_id": "note-%s", "criteria": known.criteria, "own": known.own}

    def form_valid(self, form: RatingForm) -> HttpResponse:
        """Keep them, or say why not."""
        try:
            rate(self.application, form.values, by=self.user)
        except NoteRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, "Votre évaluation est enregistrée.")
        return HttpResponseRedirect(f"{self.application_url}#evaluations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The ratings, with what was chosen."""
        form = kwargs.pop("form", None) or self.get_form()
        shown = ratings_before(self.application, self.user, form=form)
        return super().get_context_data(**shown, trail=self.trail, back=self.application_url, **kwargs)
