"""List pages that search: a form that owns the address, one question, one answer, cards from the database.

A page is a `SearchForm` (document, facets) and a `SearchListView` (queryset, card); nothing else is written for it.
"""

from community.listing.forms import SearchForm
from community.listing.views import SearchListView

__all__ = ["SearchForm", "SearchListView"]
