"""What the addresses of the missions' pages may say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from community.listing import SearchForm
from community.listing.forms import PageField
from recruitment.documents import OPEN
from search.query import SearchQuery


class MissionSearchForm(SearchForm):
    """The list of missions: the open ones, unless a state is asked for."""

    document_name = "missions"
    facet_names = (
        "domain",
        "engagement",
        "skills",
        "status",
        "remote",
        "region",
        "seniority",
        "theme",
        "incubator",
    )
    in_declared_order = frozenset({"remote", "seniority"})
    noun = ("mission", "missions")
    none_found = "Aucune mission"
    text_label = "Rechercher une mission"
    text_hint = "Un métier, une compétence, une startup, un lieu… Par exemple : designer télétravail"

    def clean(self) -> dict[str, Any]:
        """Asking for the open ones alone is asking for nothing: one address for one list."""
        cleaned = super().clean()
        if cleaned.get("status") == (OPEN,):
            cleaned["status"] = ()
        return cleaned

    @property
    def is_about_open_ones(self) -> bool:
        """No state was asked for."""
        return not self.chosen.get("status")

    def query(self, *, page_size: int, page: int | None = None) -> SearchQuery:
        """The question put to the engine, about open missions by default."""
        query = super().query(page_size=page_size, page=page)
        if self.is_about_open_ones:
            return replace(query, filters={**query.filters, "status": (OPEN,)})
        return query

    def parameters_of(self, condition: str) -> list[str]:
        """The default state is no filter that one could drop."""
        if condition == "status" and self.is_about_open_ones:
            return []
        return super().parameters_of(condition)


class PageForm(forms.Form):
    """Which page of a ranking; what cannot be read is the first one."""

    page = PageField(required=False)

    @property
    def page_wanted(self) -> int:
        """The page wanted, from 1."""
        self.full_clean()
        return self.cleaned_data.get("page", 1)


class MatchListForm(PageForm):
    """The list of people who fit a mission: a page, and which of them alone are wanted."""

    en_recherche = forms.BooleanField(label="En recherche uniquement", required=False)
    gardes = forms.BooleanField(label="Profils gardés uniquement", required=False)

    @property
    def looking_only(self) -> bool:
        """Only people who say that they are looking."""
        self.full_clean()
        return self.cleaned_data.get("en_recherche", False)

    @property
    def kept_only(self) -> bool:
        """Only the profiles that the team keeps for the mission."""
        self.full_clean()
        return self.cleaned_data.get("gardes", False)
