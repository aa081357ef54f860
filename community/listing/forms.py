"""The form of a list page: it owns every parameter of the address, and never refuses one outright.

What cannot be read is ignored with a sentence in French (`notices`), and the rest of the address keeps its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from community.days import today
from search import registry
from search.declarations import Document, KeywordField, Viewer
from search.predicates import Predicate
from search.query import Range, SearchQuery

LONGEST_TEXT = 200
"""Characters of the text box."""
LONGEST_VALUE = 200
"""Characters of one value of a filter."""
MOST_VALUES = 50
"""Values of one filter."""

RELEVANCE = ("relevance", "Pertinence")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def tidy(text: str) -> str:
    """A value of the address without control characters, spaces around or repeated."""
    return " ".join(_CONTROL.sub(" ", text).split())


class TextField(forms.CharField):
    """The text box: whatever is typed is read, shortened if it must be."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """Free of control characters."""
        return tidy(str(value or ""))


class FacetField(forms.Field):
    """The chosen values of one facet, in their order, each once. Never fails."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[str, ...]:
        """Without blanks, repetitions, or values too long to be real."""
        values = (tidy(str(item)) for item in value or ())
        return tuple(dict.fromkeys(item for item in values if item and len(item) <= LONGEST_VALUE))[:MOST_VALUES]


class PageField(forms.Field):
    """The number of a page, 1 when it is missing."""

    def to_python(self, value: Any) -> int:
        """Raises `ValidationError` when it is no positive number."""
        text = tidy(str(value or "1"))
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
            raise forms.ValidationError("Ce numéro de page n’existe pas : voici la première page.")
        return int(text)


class AddressForm(forms.Form):
    """A text and the number of a page. `notices`: what was ignored of the address, in French."""

    q = TextField(required=False)
    page = PageField(required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.notices: list[str] = []
        super().__init__(data)

    def clean_q(self) -> str:
        """Shortened to what a person may mean."""
        text: str = self.cleaned_data["q"]
        if len(text) > LONGEST_TEXT:
            self.notices.append(f"Votre recherche a été raccourcie à ses {LONGEST_TEXT} premiers caractères.")
            text = text[:LONGEST_TEXT].rstrip()
        return text

    def _post_clean(self) -> None:
        """A parameter that cannot be read is told and ignored; the page is shown all the same."""
        for name, errors in list(self.errors.items()):
            self.notices.extend(str(error) for error in errors)
            self.cleaned_data[name] = 1 if name == "page" else None
            del self.errors[name]


class SearchForm(AddressForm):
    """Text, filters, sort and page of one list.

    `document_name`: what is searched. `facet_names`: the facets shown, in this order. `noun`: one and many of them.
    `text_label`, `text_hint`: of the text box. `reserved_hint`: what follows « Connectez-vous »
    when some facets are not for visitors.
    A subclass may add ordinary fields; it then turns them into `ranges()` or `where()`.
    """

    document_name: ClassVar[str]
    facet_names: ClassVar[tuple[str, ...]] = ()
    in_declared_order: ClassVar[frozenset[str]] = frozenset()
    noun: ClassVar[tuple[str, str]] = ("résultat", "résultats")
    none_found: ClassVar[str] = "Aucun résultat"
    text_label: ClassVar[str] = "Rechercher"
    text_hint: ClassVar[str] = ""
    reserved_hint: ClassVar[str] = ""

    sort = forms.CharField(required=False)

    def __init__(
        self,
        data: QueryDict | Mapping[str, Any],
        *,
        path: str = "",
        viewer: Viewer | None = None,
        day: date | None = None,
    ) -> None:
        self.path = path
        self.viewer = viewer or Viewer()
        self.day = day or today()
        self.document: Document = registry.get(self.document_name)
        super().__init__(data)
        for name in self.facet_names:
            self.fields[name] = FacetField(required=False, label=self.document.facet_label(name))
        self.full_clean()

    # Reading the address ------------------------------------------------------

    @property
    def own_names(self) -> list[str]:
        """The fields that a subclass added."""
        return [name for name in self.fields if name not in {"q", "sort", "page", *self.facet_names}]

    @property
    def open_facets(self) -> tuple[str, ...]:
        """The facets that this viewer may use: where each row decides, it counts for whom it chose."""
        return tuple(name for name in self.facet_names if self._varies(name) or self._is_for_viewer(name))

    @property
    def has_reserved_facets(self) -> bool:
        """Some facets are not for this viewer, or not on most rows."""
        return not all(map(self._is_for_viewer, self.facet_names))

    def _is_for_viewer(self, facet: str) -> bool:
        computed = self.document.computed_facet(facet)
        audience = computed.audience if computed else self.document.field(facet).audience
        return audience <= self.viewer.tier

    def _varies(self, facet: str) -> bool:
        return self.document.computed_facet(facet) is None and self.document.field(facet).varies

    def clean_sort(self) -> str:
        """One of the sorts, else the default one."""
        sort: str = self.cleaned_data["sort"]
        if sort and sort not in dict(self.sorts):
            self.notices.append("Ce tri n’existe pas : voici le tri habituel.")
            return ""
        return sort

    def clean(self) -> dict[str, Any]:
        """Drop the filters that this viewer may not use, and values that can never be."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.facet_names:
            values = cleaned.get(name, ())
            label = self.fields[name].label
            if values and name not in self.open_facets:
                self.notices.append(f"Le filtre « {label} » est réservé aux membres connectés : il a été ignoré.")
                values = ()
            known = self._closed_values(name)
            if known is not None and not set(values) <= set(known):
                unknown = next(value for value in values if value not in known)
                self.notices.append(f"Le filtre « {label} : {unknown[:60]} » n’existe pas : il a été ignoré.")
                values = tuple(value for value in values if value in known)
            cleaned[name] = values
        if cleaned.get("sort") in {self.usual_sort, "relevance" if not self.text else ""}:
            cleaned["sort"] = ""
        return cleaned

    def _closed_values(self, facet: str) -> dict[str, str] | None:
        """Every value that the facet can have, with its label, when that is known without asking the index."""
        computed = self.document.computed_facet(facet)
        if computed is not None:
            return {value: label for value, label, _predicate in computed.values(self.day)}
        field = self.document.field(facet)
        if facet in self.in_declared_order and isinstance(field, KeywordField) and isinstance(field.labels, Mapping):
            return {str(value): str(label) for value, label in field.labels.items()}
        return None

    def declared_order(self, facet: str) -> list[str] | None:
        """The values of a facet in the order in which they are always shown; None: the most frequent first."""
        values = self._closed_values(facet)
        return None if values is None else list(values)

    def label_of(self, facet: str, value: str) -> str:
        """What a person reads for a value of a facet, when no answer tells it."""
        known = self._closed_values(facet)
        if known and value in known:
            return known[value]
        field = next((field for field in self.document.fields if field.name == facet), None)
        return field.label(value) if isinstance(field, KeywordField) else value

    # What is asked ------------------------------------------------------------

    @property
    def text(self) -> str:
        """What was typed."""
        return self.cleaned_data["q"]

    @property
    def page_wanted(self) -> int:
        """The page wanted, from 1."""
        return self.cleaned_data["page"]

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """Name and label of every sort, relevance first."""
        return [RELEVANCE, *((name, label) for name, (label, _field, _down) in self.document.sorts.items())]

    @property
    def usual_sort(self) -> str:
        """The sort when none is chosen: the document's own, where relevance without a text means the first other."""
        default = self.document.default_sort
        if default == "relevance" and not self.text:
            return next(iter(self.document.sorts), default)
        return default

    @property
    def sort_choices(self) -> list[tuple[str, str, bool]]:
        """What the list of sorts offers: value, label, chosen. The usual one has no value: it follows the text."""
        chosen = self.cleaned_data["sort"]
        labels = dict(self.sorts)
        others = [
            (name, label, name == chosen)
            for name, label in labels.items()
            if name != self.usual_sort and (name != "relevance" or self.text)
        ]
        return [("", labels[self.usual_sort], not chosen), *others]

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Facet -> chosen values, facets without any left out."""
        return {name: self.cleaned_data[name] for name in self.facet_names if self.cleaned_data[name]}

    @property
    def is_blank(self) -> bool:
        """Nothing narrows the list down."""
        return not self.text and not self.chosen and not any(self._raw(name) for name in self.own_names)

    def ranges(self) -> dict[str, Range]:
        """Bounds that the subclass's own fields set."""
        return {}

    def where(self) -> Predicate | None:
        """A condition that the subclass's own fields set."""
        return None

    def chip_label(self, name: str) -> str:
        """What the chip of one of the subclass's own fields says, empty when it narrows nothing down."""
        values = self._raw(name)
        return f"{self.fields[name].label} : {', '.join(values)}" if values else ""

    def parameters_of(self, condition: str) -> list[str]:
        """The parameters that set a condition of the query (`SearchResult.relaxations`); override for own ranges."""
        return [condition] if condition in self.fields else []

    def query(self, *, page_size: int, page: int | None = None) -> SearchQuery:
        """The question put to the engine."""
        return SearchQuery(
            text=self.text,
            filters=self.chosen,
            ranges=self.ranges(),
            facets=self.open_facets,
            sort=self.cleaned_data["sort"],
            page=page or self.page_wanted,
            page_size=page_size,
            viewer=self.viewer,
            today=self.day,
            where=self.where(),
        )

    # Writing the address ------------------------------------------------------

    def url(
        self,
        *,
        text: str | None = None,
        page: int = 1,
        without: Iterable[tuple[str, str | None]] = (),
    ) -> str:
        """This page's address with another text or page, or without some (filter, value); None: all of its values."""
        dropped = set(without)
        pairs: list[tuple[str, str]] = []
        if (text := self.text if text is None else text) and ("q", None) not in dropped:
            pairs.append(("q", text))
        for name, values in self.chosen.items():
            kept = (value for value in values if not {(name, value), (name, None)} & dropped)
            pairs.extend((name, value) for value in kept)
        for name in self.own_names:
            if (name, None) not in dropped:
                pairs.extend((name, value) for value in self._raw(name))
        if self.cleaned_data["sort"]:
            pairs.append(("sort", self.cleaned_data["sort"]))
        if page > 1:
            pairs.append(("page", str(page)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def _raw(self, name: str) -> list[str]:
        """One of the subclass's own parameters as it was given, when it could be read."""
        if self.cleaned_data.get(name) in (None, "", [], ()):
            return []
        values = self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data[name]]
        return [cleaned for cleaned in (tidy(str(value))[:LONGEST_VALUE] for value in values) if cleaned][:MOST_VALUES]
