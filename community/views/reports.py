"""Messages that somebody reports, and the page on which the programme's team reads and answers the reports."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView, TemplateView

from community.actions.contact import writer_name
from community.actions.reports import (
    ALREADY_JUDGED,
    ReportRefused,
    judge,
    messages_of,
    note_read,
    reported_message,
    to_judge,
)
from community.contact_forms import ReportForm
from community.enums import ReportOutcome
from community.listing.answers import Pages
from community.models import User
from community.models.reports import SUSPENSION
from community.views.programme import ProgrammeOnly

PER_PAGE = 20


class ReportView(FormView):
    """Why a message is reported: what the pages of every kind of message share."""

    form_class = ReportForm

    @cached_property
    def message(self) -> Any:
        """A `Reportable`."""
        raise NotImplementedError

    @property
    def back(self) -> str:
        """Where one was."""
        raise NotImplementedError

    def report(self, reason: str) -> None:
        """Raises `ReportRefused`."""
        raise NotImplementedError

    def form_valid(self, form: ReportForm) -> HttpResponse:
        """Tell the programme's team."""
        try:
            self.report(form.cleaned_data["reason"])
        except ReportRefused as refused:
            messages.info(self.request, str(refused))
        else:
            messages.success(self.request, "Le message est signalé à l’équipe du programme, qui va le lire.")
        return HttpResponseRedirect(self.back)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which message."""
        told = {"message": self.message, "writer": writer_name(self.message.writer), "back": self.back}
        return super().get_context_data(**told, **kwargs)


class ReportedMessagesView(ProgrammeOnly, TemplateView):
    """/messages-signales/ For the programme's team: what was reported. `message` and `suite` answer one."""

    template_name = "community/messages_reported.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The oldest first, a page at a time; that they were read is kept."""
        every = Paginator(to_judge(), PER_PAGE)
        page = every.get_page(self.request.GET.get("page"))
        shown = list(messages_of(page))
        note_read(shown, by=self.user)
        return super().get_context_data(
            reported=[(row, writer_name(row.writer), _name(row.reader)) for row in shown],
            count=every.count,
            pages=Pages(page.number, every.num_pages, lambda number: f"?page={number}"),
            outcomes=ReportOutcome,
            days=SUSPENSION.days,
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer one report."""
        outcome = request.POST.get("suite", "")
        try:
            if outcome not in ReportOutcome.values:
                raise ReportRefused(ALREADY_JUDGED)
            judge(reported_message(request.POST.get("message", "")), ReportOutcome(outcome), by=self.user)
        except ReportRefused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, f"C’est noté : {ReportOutcome(outcome).label.lower()}.")
        return HttpResponseRedirect(reverse("community:reported_messages"))


def _name(reader: User | str | None) -> str:
    return reader if isinstance(reader, str) else writer_name(reader)
