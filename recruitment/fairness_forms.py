"""What the address of the fairness figures may say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.http import urlencode

from community.days import today
from community.models import Startup
from community.profile_forms import FrenchDate
from recruitment.fairness import Line, Period

SHORTEST = timedelta(days=28)
LONGEST = timedelta(days=10 * 366)
USUAL = timedelta(days=365)
PER_PAGE = 50


class FairnessForm(forms.Form):
    """A period and, if wanted, one startup. What cannot be read stays in its field, and the usual period is shown."""

    du = FrenchDate(label="Du", required=False)
    au = FrenchDate(label="Au", required=False)
    startup = forms.ModelChoiceField(
        Startup.objects.all(), to_field_name="slug", required=False, widget=forms.HiddenInput
    )
    page = forms.IntegerField(required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        usual = {"du": f"{today() - USUAL:%d/%m/%Y}", "au": f"{today():%d/%m/%Y}"}
        told = {name: data.get(name, "") for name in ("du", "au", "startup", "page")}
        super().__init__(usual | {name: value for name, value in told.items() if value})
        self.full_clean()

    def clean(self) -> dict[str, Any]:
        """The days in order, far enough from each other: a figure over a few days would be about a few people."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last:
            if first > last:
                self.add_error("du", "La période commence après sa fin : inversez les deux dates.")
            elif last - first < SHORTEST:
                self.add_error(
                    "du",
                    f"Choisissez au moins {SHORTEST.days} jours : en deçà, un chiffre parlerait de quelques-uns.",
                )
            elif last - first > LONGEST:
                self.add_error("du", "Choisissez dix ans au plus.")
        return cleaned

    @property
    def period(self) -> Period:
        """The period that was asked for, or the last twelve months."""
        first, last = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if first and last:
            return Period(first, last)
        return Period(today() - USUAL, today())

    @property
    def host(self) -> Startup | None:
        """The startup that was asked for; None for all, and for one that there is not."""
        return self.cleaned_data.get("startup")

    def page_of(self, lines: list[Line]) -> Page:
        """The page of the table of startups that was asked for, or the nearest."""
        return Paginator(lines, PER_PAGE).get_page(self.cleaned_data.get("page") or 1)

    def query(self, **changed: Any) -> str:
        """`?du=…&au=…`: the same period, with other choices beside it."""
        days: dict[str, date] = {"du": self.period.first, "au": self.period.last}
        told = {"startup": self.host.slug if self.host else "", **changed}
        return "?" + urlencode(
            {name: f"{day:%d/%m/%Y}" for name, day in days.items()} | {n: v for n, v in told.items() if v}
        )
