"""The thread of an application on a page of its own: where a faulty message comes back, and what mails lead to; and
reporting one of its messages.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from community.actions.contact import writer_name
from community.views.reports import ReportView
from community.views.signed_in import SignedIn
from recruitment.actions.message_templates import with_template
from recruitment.actions.threads import ThreadRefused, report_in_thread, send_message, side_of
from recruitment.enums import ApplicationActor
from recruitment.models import Application, ApplicationMessage
from recruitment.thread_forms import MessageForm, PageForm, TemplatePick
from recruitment.threads import thread_before


@method_decorator(never_cache, name="dispatch")
class OfApplication(SignedIn):
    """What every view about one application shares: for whoever is on none of `sides`, it does not exist."""

    sides: ClassVar[frozenset[ApplicationActor]] = frozenset({ApplicationActor.TEAM})
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def application(self) -> Application:
        """The application of the address. Raises `Http404`."""
        rows = Application.objects.select_related("mission__startup", "candidate__member")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def side(self) -> ApplicationActor:
        """On which side one is. Raises `Http404`."""
        side = side_of(self.application, self.user)
        if side not in self.sides:
            raise Http404
        return side

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, and on one of the sides."""
        if request.user.is_authenticated:
            _ = self.side
        return super().dispatch(request, *args, **kwargs)

    @property
    def application_url(self) -> str:
        """The page of the application on one's side."""
        if self.side == ApplicationActor.CANDIDATE:
            return reverse("recruitment:own_application", args=[self.application.pk])
        return reverse("recruitment:mission_application", args=[self.application.mission.slug, self.application.pk])

    @property
    def trail(self) -> list[dict[str, str]]:
        """The pages above."""
        if self.side == ApplicationActor.CANDIDATE:
            return [
                {"label": "Mes candidatures", "url": reverse("recruitment:own_applications")},
                {"label": self.application.mission.title, "url": self.application_url},
            ]
        mission = self.application.mission
        return [
            {"label": mission.title, "url": mission.get_absolute_url()},
            {"label": "Candidatures", "url": reverse("recruitment:mission_applications", args=[mission.slug])},
            {"label": writer_name(self.application.candidate), "url": self.application_url},
        ]

    @property
    def asked(self) -> PageForm:
        """What the address asks for."""
        return PageForm(self.request.GET)


class ThreadView(OfApplication, FormView):
    """/candidatures/<pk>/messages/ For the team and the candidate. `reprendre`: `modele`, a text of the team."""

    sides = frozenset({ApplicationActor.TEAM, ApplicationActor.CANDIDATE})
    template_name = "recruitment/threads/thread.html"
    form_class = MessageForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The names that the form has wherever it stands."""
        return {**super().get_form_kwargs(), "auto_id": "message-%s"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a text of the team, or send."""
        if "reprendre" not in request.POST or self.side != ApplicationActor.TEAM:
            return super().post(request, *args, **kwargs)
        typed = self.get_form()["text"].value() or ""
        text = with_template(typed, self.application, self.template_wanted)
        form = MessageForm(auto_id="message-%s", initial={"text": text})
        return self.render_to_response(self.get_context_data(form=form))

    @property
    def template_wanted(self) -> int:
        """The key of the team's text that was chosen; 0 for none."""
        return TemplatePick(self.request.POST).wanted

    def form_valid(self, form: MessageForm) -> HttpResponse:
        """Send it, or say why not."""
        try:
            send_message(self.application, form.cleaned_data["text"], by=self.user)
        except ThreadRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, "Votre message est envoyé.")
        return HttpResponseRedirect(f"{self.application_url}#messages")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The thread, with what was typed."""
        form = kwargs.pop("form", None) if self.request.method == "POST" else None
        shown = thread_before(
            self.application, self.user, form=form, page=self.asked.page_wanted, template=self.template_wanted
        )
        return super().get_context_data(
            **shown, trail=self.trail, back=self.application_url, other=self._other(), **kwargs
        )

    def _other(self) -> str:
        if self.side == ApplicationActor.TEAM:
            return writer_name(self.application.candidate)
        startup = self.application.mission.startup
        return f"l’équipe {startup.name}" if startup else "l’équipe"


class ReportMessageView(OfApplication, ReportView):
    """/candidatures/<pk>/messages/<message>/signaler/ For the side to which the message was written."""

    sides = frozenset({ApplicationActor.TEAM, ApplicationActor.CANDIDATE})
    template_name = "recruitment/threads/report.html"

    @cached_property
    def message(self) -> ApplicationMessage:
        """The message of the address. Raises `Http404` for one's own side's."""
        rows = ApplicationMessage.with_people().filter(from_team=self.side == ApplicationActor.CANDIDATE)
        return get_object_or_404(rows, pk=self.kwargs["message"], application=self.application)

    @property
    def back(self) -> str:
        """The thread."""
        return reverse("recruitment:application_messages", args=[self.application.pk])

    def report(self, reason: str) -> None:
        """One of the other side."""
        report_in_thread(self.message, reason, by=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The pages above."""
        return super().get_context_data(trail=self.trail, **kwargs)
