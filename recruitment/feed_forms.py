"""What the addresses of the feeds may say: the filters of the list of missions."""

from __future__ import annotations

from typing import Any

from recruitment.documents import OPEN
from recruitment.forms import MissionSearchForm
from search.query import SearchQuery


class MissionFeedForm(MissionSearchForm):
    """A text and filters, as on the list. What is read is open missions, the newest first, and they have no pages."""

    def clean(self) -> dict[str, Any]:
        """What a feed does not choose is no part of its address either: one address for one feed."""
        cleaned = super().clean()
        return cleaned | {"status": (), "sort": "", "page": 1}

    def query_of_newest(self, count: int) -> SearchQuery:
        """The question put to the engine, with the labels of what is chosen."""
        asked = super().query(page_size=count, page=1)
        return SearchQuery(
            text=asked.text,
            filters={**self.chosen, "status": (OPEN,)},
            facets=tuple(self.chosen),
            sort="newest",
            page_size=count,
            viewer=asked.viewer,
            today=asked.today,
            suggest=False,
            excerpts=False,
        )
