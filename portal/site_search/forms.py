"""What the address of the site-wide search may say. As in the lists, nothing is refused outright."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from community.listing.forms import AddressForm, tidy
from portal.site_search.kinds import KINDS, Kind


class SiteSearchForm(AddressForm):
    """A text, one of the kinds or none, and a page of that kind."""

    type = forms.CharField(required=False)

    # What the component of the text box reads.
    text_label = "Votre recherche"
    text_hint = "Une personne, un métier, une startup, une mission, un sujet… Par exemple : accessibilité"

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.path = reverse("site_search")
        super().__init__(data)
        self.full_clean()

    def clean_type(self) -> str:
        """The name of a kind in the address, else none."""
        name = tidy(self.cleaned_data["type"])
        if name and name not in KINDS:
            self.notices.append("Cette rubrique n’existe pas : voici ce que tout le portail répond.")
            return ""
        return name

    @property
    def text(self) -> str:
        """What was typed."""
        return self.cleaned_data["q"]

    @property
    def kind(self) -> Kind | None:
        """The kind whose list is wanted; None for the best of each."""
        return KINDS.get(self.cleaned_data["type"])

    @property
    def page_wanted(self) -> int:
        """The page wanted, from 1. The best of each kind has no other page."""
        return self.cleaned_data["page"] if self.kind else 1

    def url(self, *, kind: Kind | None, text: str | None = None, page: int = 1) -> str:
        """The address of a kind's list, or of the best of each, with this text or another."""
        pairs = [("q", self.text if text is None else text)]
        if kind:
            pairs.append(("type", kind.name))
        if page > 1:
            pairs.append(("page", str(page)))
        return f"{self.path}?{urlencode(pairs)}"
