"""Facets count the same whichever way an engine takes: the ways differ by how many rows and values there are."""

import random
from collections import Counter
from datetime import date

import pytest

from search import registry
from search.declarations import Audience, Viewer
from search.engines.elastic import reader as elastic_reader
from search.engines.embedded import counting
from search.engines.embedded import reader as embedded_reader

from ..library.models import Author

TODAY = date(2026, 3, 15)
GENRES = ["Poésie", "Roman", "Théâtre", "Essai", "Conte"]


@pytest.fixture(
    params=[
        pytest.param({}, id="as they are"),
        pytest.param({"few": 0, "share": 2.0}, id="row by row"),
        pytest.param({"few": 0, "share": 0.0, "large": 0}, id="value by value, on several threads"),
        pytest.param({"few": 1_000, "large": 0}, id="among rows that are named"),
        pytest.param({"values": 2}, id="more values than are counted"),
    ]
)
def way(request, monkeypatch):
    """One way of counting for all questions, where a large index would have some of each."""
    places = {
        "few": (counting, "_FEW"),
        "share": (counting, "_MOST"),
        "large": (embedded_reader, "_LARGE"),
        "values": (elastic_reader, "_MOST_OF_ALL"),
    }
    for name, value in request.param.items():
        module, constant = places[name]
        monkeypatch.setattr(module, constant, value)


def shelf(library):
    """Sixty authors, a third of them concealed from the public, a quarter removed since the index was built."""
    chance = random.Random(4)
    for number in range(60):
        library.author(
            f"Autrice {number}",
            role="romancière" if number % 3 else "poétesse",
            genres=chance.sample(GENRES, chance.randint(0, 3)),
            country=chance.choice(["fr", "be", "sn"]),
            row_audience=chance.choice(list(Audience)),
            residences=[(date(2026, 1, 1), chance.choice([None, date(2026, 2, 1)]))] if number % 2 else [],
        )
    # The only one of its genre, and concealed from all but the teams.
    library.author("Secrète", genres=["Pamphlet"], country="ch", row_audience=Audience.TEAMS)
    library.build()
    document = registry.get("authors")
    gone = [author.pk for author in Author.objects.order_by("pk")[:60:4]]
    Author.objects.filter(pk__in=gone).delete()
    library.delete(document, gone)


def expected(viewer, country=None, role=None):
    """Genre, country and residence of the authors that a viewer may see, counted in Python."""
    rows = [
        author
        for author in Author.objects.prefetch_related("genres", "residences")
        if author.row_audience <= viewer.tier and role in (None, author.role)
    ]
    chosen = [author for author in rows if country in (None, author.country)]
    return {
        "genres": Counter(genre.slug for author in chosen for genre in author.genres.all()),
        # A facet ignores its own selection.
        "country": Counter(author.country for author in rows if author.country),
        "residence": Counter(_residence(author) for author in chosen),
    }


def _residence(author):
    periods = author.residences.all()
    if not periods:
        return "never"
    return "present" if any(p.start <= TODAY and (p.end is None or p.end >= TODAY) for p in periods) else "past"


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("viewer", [Viewer(Audience.PUBLIC), Viewer(Audience.TEAMS)], ids=["PUBLIC", "TEAMS"])
def test_every_way_of_counting_gives_the_same_facets(library, viewer):
    shelf(library)
    facets = ("genres", "country", "residence")
    for text, filters in [
        ("", {}),
        ("", {"country": ["fr"]}),
        ("romancière", {}),
        ("romancière", {"country": ["be"]}),
    ]:
        found = library.ask(text, filters=filters, facets=facets, viewer=viewer, today=TODAY).facets
        counted = {name: {value.value: value.count for value in found[name] if value.count} for name in facets}
        assert counted == expected(
            viewer, country=filters.get("country", [None])[0], role="romancière" if text else None
        ), (text, filters)
