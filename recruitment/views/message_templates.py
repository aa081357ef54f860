"""The texts that a team writes often, before those who read its candidates' files."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from community.models import Startup
from community.views.signed_in import SignedIn
from recruitment.actions.message_templates import TemplateRefused, delete_template, keeps_templates, save_template
from recruitment.models import MOST_TEMPLATES, MessageTemplate
from recruitment.thread_forms import TemplateForm


@method_decorator(never_cache, name="dispatch")
class TemplatesView(SignedIn, FormView):
    """/equipe/<startup>/modeles/ The team's texts, and a form for a new one."""

    template_name = "recruitment/threads/templates.html"
    form_class = TemplateForm

    @cached_property
    def startup(self) -> Startup:
        """Whose texts they are. Raises `Http404` for who does not read its candidates' files."""
        startup = get_object_or_404(Startup, slug=self.kwargs["slug"])
        if not keeps_templates(startup, self.user):
            raise Http404
        return startup

    @cached_property
    def template(self) -> MessageTemplate | None:
        """The text of the address; None for a new one."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, and a reader of this team."""
        if request.user.is_authenticated:
            _ = self.startup
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """The list."""
        return reverse("recruitment:message_templates", args=[self.startup.slug])

    def form_valid(self, form: TemplateForm) -> HttpResponse:
        """Keep it, or say why not."""
        told = form.cleaned_data
        pk = self.template.pk if self.template else None
        try:
            save_template(self.startup, told["title"], told["text"], by=self.user, pk=pk)
        except TemplateRefused as refused:
            form.add_error(refused.field, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, "Le modèle est enregistré.")
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the list, at most `MOST_TEMPLATES`."""
        rows = list(MessageTemplate.objects.filter(startup=self.startup))
        return super().get_context_data(
            startup=self.startup,
            template=self.template,
            rows=rows,
            most=MOST_TEMPLATES,
            is_full=len(rows) >= MOST_TEMPLATES,
            list_url=self.get_success_url(),
            **kwargs,
        )


class TemplateView(TemplatesView):
    """/equipe/<startup>/modeles/<pk>/ To change one, or to delete it."""

    template_name = "recruitment/threads/template.html"

    @cached_property
    def template(self) -> MessageTemplate:
        """The text of the address. Raises `Http404`."""
        return get_object_or_404(MessageTemplate, startup=self.startup, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"title": self.template.title, "text": self.template.text}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form."""
        _ = self.template
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete, or change."""
        template = self.template
        if "supprimer" in request.POST:
            delete_template(template, by=self.user)
            messages.success(request, "Le modèle est supprimé.")
            return HttpResponseRedirect(self.get_success_url())
        return super().post(request, *args, **kwargs)
