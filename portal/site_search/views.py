"""The page of the site-wide search: without a text it says what can be found, and asks nobody anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse_lazy
from django.views.generic import TemplateView

from community.listing.answers import nothing_to_look_for
from portal.site_search.answers import answer
from portal.site_search.forms import SiteSearchForm

EXAMPLES = ("développeuse python", "accessibilité", "écologie", "recruter un intrapreneur")
"""Texts that show what may be typed: a trade and a skill, a subject, a theme, a question."""


class SiteSearchView(TemplateView):
    """/recherche/"""

    extra_context = {"suggestions_url": reverse_lazy("community:autocomplete")}

    def get_template_names(self) -> list[str]:
        """Results for a text, else an invitation."""
        return ["portal/search_results.html" if self.answer else "portal/search.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`form`, and the `answer` to a text or else the `examples`."""
        self.form = form = SiteSearchForm(self.request.GET)
        self.answer = answer(form, self.request) if form.text else None
        if self.answer and self.answer.is_text_ignored:
            form.notices.append(nothing_to_look_for(form.text))
            self.answer = None
        if self.answer:
            return super().get_context_data(form=form, answer=self.answer, **kwargs)
        examples = [{"text": text, "url": form.url(kind=None, text=text)} for text in EXAMPLES]
        return super().get_context_data(form=form, examples=examples, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """No robot keeps an answer: it is one of endlessly many, and what is found today may be hidden tomorrow."""
        response = super().render_to_response(context, **kwargs)
        if self.form.text:
            response["X-Robots-Tag"] = "noindex"
        if self.answer:
            response["Server-Timing"] = f"search;dur={self.answer.took * 1000:.1f}"
        return response
