"""Telling which person is meant: a name that is typed finds some, of whom one is chosen."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.forms.utils import ErrorDict

from community.folding import beginning, words_of
from community.models import Member

MOST_FOUND = 20
"""People that a name finds: who finds more types more."""


def named(people: QuerySet[Member], text: str) -> list[Member]:
    """Those of that name, one more than `MOST_FOUND` where there are more; nobody for a text without a word."""
    words = words_of(text)
    return in_order(people.filter(beginning(words))) if words else []


def in_order(people: QuerySet[Member]) -> list[Member]:
    """As a page lists them, one more than `MOST_FOUND` where there are more."""
    return list(people.order_by("full_name", "slug")[: MOST_FOUND + 1])


class PersonForm(forms.Form):
    """A form with a field `who`, whose `text` finds `found`. Drawn with `community/_found_people.html`."""

    no_name: ClassVar[str]
    nobody_found: ClassVar[str]

    member = forms.CharField(required=False, max_length=200)

    text: str
    found: list[Member]

    @property
    def chosen(self) -> str:
        """Whose box is ticked: the address of a record."""
        return str(self["member"].value() or "")

    @property
    def shown(self) -> list[Member]:
        """Those that the page lists."""
        return self.found[:MOST_FOUND]

    @property
    def found_more(self) -> bool:
        """Whether more are called so than are shown."""
        return len(self.found) > MOST_FOUND

    def search(self) -> None:
        """Only looking for the person: whatever else is missing is not told yet."""
        self._errors = ErrorDict()
        self.cleaned_data = {}
        self.look()

    def look(self) -> None:
        """Say that nobody was found, where nobody was."""
        if not self.text:
            self.add_error("who", self.no_name)
        elif not self.found:
            self.add_error("who", self.nobody_found)

    def choose(self) -> Member | None:
        """The person who was chosen among those found; says what is wrong where it is none of them."""
        member = next((one for one in self.found if one.slug == self.chosen), None)
        if member is None:
            if self.found:
                self.add_error("member", "Choisissez la personne dans cette liste, ou tapez un autre nom.")
            else:
                self.add_error("who", self.nobody_found)
        return member
