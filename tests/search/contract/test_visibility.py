"""No hit, count, facet, excerpt, correction nor completion shows what the viewer may not see.

Every test holds a row that would leak.
"""

import random

import pytest

from search import registry
from search.declarations import Audience, Viewer
from search.predicates import Equals, Missing

from ..library.models import Author

PUBLIC, COMMUNITY, TEAMS = (Viewer(audience) for audience in Audience)


def test_field_for_the_teams_is_searched_by_the_teams_alone(library):
    library.author("Une", role="Autrice", notes="Confidentiel : salaire")
    library.build()
    assert library.found("confidentiel", viewer=PUBLIC) == []
    assert library.found("confidentiel", viewer=COMMUNITY) == []
    assert library.found("confidentiel", viewer=TEAMS) == ["Une"]
    assert library.found('"confidentiel salaire"', viewer=COMMUNITY) == []
    assert library.found("confiden", viewer=COMMUNITY) == []
    assert library.found("autrice confidentiel", viewer=PUBLIC) == []


def test_row_decides_who_sees_a_field_that_varies(library):
    library.author("Publique", email="a@exemple.fr", email_audience=Audience.PUBLIC)
    library.author("Membre", email="b@exemple.fr", email_audience=Audience.COMMUNITY)
    library.author("Équipe", email="c@exemple.fr", email_audience=Audience.TEAMS)
    library.build()
    for viewer, expected in [
        (PUBLIC, ["Publique"]),
        (COMMUNITY, ["Membre", "Publique"]),
        (TEAMS, ["Équipe", "Membre", "Publique"]),
    ]:
        assert sorted(library.found("exemple.fr", viewer=viewer)) == sorted(expected)
        assert sorted(library.found(filters={"domain": ["exemple.fr"]}, viewer=viewer)) == sorted(expected)
        facet = library.ask(facets=("domain",), viewer=viewer).facets["domain"]
        assert [(value.value, value.count) for value in facet] == [("exemple.fr", len(expected))]
        assert library.ask(where=Missing("domain"), viewer=viewer).total == 3 - len(expected)
        assert library.ask(where=Equals("domain", "exemple.fr"), viewer=viewer).total == len(expected)


def test_excerpts_come_from_fields_that_the_viewer_sees(library):
    library.author("Une", role="Salaire", notes="Salaire : 40", email="salaire@x.fr", email_audience=Audience.TEAMS)
    library.build()
    assert set(library.ask("salaire", viewer=PUBLIC).hits[0].highlights) == {"role"}
    assert set(library.ask("salaire", viewer=TEAMS).hits[0].highlights) == {"role", "notes", "email"}


def test_row_for_the_community_does_not_exist_for_the_public(library):
    library.author("Ouverte Martin", role="Autrice", genres=["Poésie"])
    library.author("Cachée Marchand", role="Autrice confidentielle", genres=["Roman"], row_audience=Audience.COMMUNITY)
    library.build()
    assert library.found("autrice", viewer=PUBLIC) == ["Ouverte Martin"]
    assert library.found(viewer=PUBLIC) == ["Ouverte Martin"]
    assert library.found("marchand", viewer=PUBLIC) == []
    assert library.found("marchend", viewer=PUBLIC) == []
    result = library.ask(facets=("genres", "residence"), viewer=PUBLIC)
    assert [(value.value, value.count) for value in result.facets["genres"]] == [("poesie", 1)]
    assert [(value.value, value.count) for value in result.facets["residence"]] == [("never", 1)]
    assert library.found("marchand", viewer=COMMUNITY) == ["Cachée Marchand"]


def test_row_is_hidden_from_those_it_names(library):
    library.author("Une", role="Autrice", hidden_from=["team:1", "person:2"])
    library.author("Deux", role="Autrice")
    library.build()
    for keys, expected in [(set(), ["Deux", "Une"]), ({"team:1"}, ["Deux"]), ({"team:3"}, ["Deux", "Une"])]:
        viewer = Viewer(Audience.TEAMS, frozenset(keys))
        assert sorted(library.found("autrice", viewer=viewer)) == expected
        assert library.ask(viewer=viewer).total == len(expected)


@pytest.mark.parametrize("viewer", [PUBLIC, Viewer(Audience.TEAMS, frozenset({"team:1"}))])
def test_correction_knows_no_hidden_word(library, viewer):
    library.author("Une", role="Autrice", notes="licenciement" if viewer == PUBLIC else "")
    library.author("Deux", role="Licenciement", hidden_from=["team:1"], row_audience=Audience.TEAMS)
    library.build()
    assert library.ask("licenciemant", viewer=viewer).suggestion is None
    assert library.ask("licenciemant", viewer=TEAMS).suggestion == "licenciement"


def test_hidden_word_does_not_change_how_a_query_is_read(library):
    """A word that only hidden rows hold is unknown: it may be the beginning of another, or a misspelt name."""
    library.author("Ouverte", role="Développeuse")
    library.author("Cachée", role="Dével", row_audience=Audience.TEAMS)
    library.author("Paul Dupont")
    library.author("Jean Dupond", row_audience=Audience.TEAMS)
    library.build()
    assert library.found("dével", viewer=PUBLIC) == ["Ouverte"]
    assert library.found("dupond", viewer=PUBLIC) == ["Paul Dupont"]
    assert library.found("dupond", viewer=TEAMS) == ["Jean Dupond"]


def test_autocomplete_proposes_no_hidden_row(library):
    library.author("Marie Martin")
    library.author("Marc Roux", row_audience=Audience.COMMUNITY)
    library.author("Mara Petit", hidden_from=["team:1"])
    library.build()

    def proposed(viewer):
        return [one.label for one in library.engine.autocomplete(registry.get("authors"), "mar", viewer)]

    assert proposed(PUBLIC) == ["Mara Petit", "Marie Martin"]
    assert proposed(Viewer(Audience.TEAMS, frozenset({"team:1"}))) == ["Marc Roux", "Marie Martin"]


def test_field_that_is_not_theirs_is_empty_for_a_viewer(library):
    library.author("Une", notes="x", email="a@x.fr", email_audience=Audience.TEAMS)
    library.build()
    assert library.found(where=Missing("notes"), viewer=PUBLIC) == ["Une"]
    assert library.found(where=Missing("notes"), viewer=TEAMS) == []
    assert library.ask(facets=("domain",), viewer=PUBLIC).facets == {"domain": []}
    assert library.found(where=~Equals("domain", "x.fr"), viewer=PUBLIC) == ["Une"]


def test_random_viewers_see_what_they_may_and_no_more(library):
    chance = random.Random(5)
    for number in range(60):
        library.author(
            f"Numéro {number:02}",
            role="Autrice",
            notes="secret",
            email="a@exemple.fr",
            email_audience=chance.choice(list(Audience)),
            row_audience=chance.choice(list(Audience)),
            hidden_from=chance.sample(["a", "b", "c"], chance.randrange(3)),
        )
    library.build()
    authors = list(Author.objects.all())
    for _ in range(30):
        viewer = Viewer(chance.choice(list(Audience)), frozenset(chance.sample(["a", "b", "c"], chance.randrange(3))))
        seen = {a.name for a in authors if a.row_audience <= viewer.tier and not viewer.keys & set(a.hidden_from)}
        mailed = {a.name for a in authors if a.name in seen and a.email_audience <= viewer.tier}
        assert set(library.found(viewer=viewer)) == seen
        assert set(library.found("autrice", viewer=viewer)) == seen
        assert set(library.found("exemple", viewer=viewer)) == mailed
        assert set(library.found("secret", viewer=viewer)) == (seen if viewer.tier == Audience.TEAMS else set())
        facet = library.ask(facets=("domain",), viewer=viewer).facets["domain"]
        assert sum(value.count for value in facet) == len(mailed)
