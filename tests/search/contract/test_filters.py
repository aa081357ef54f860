"""Filters, facets and conditions, against a count made in Python over the same rows."""

import random
from datetime import date, timedelta

import pytest

from search import registry
from search.declarations import UnknownField
from search.predicates import All, Between, Contains, Equals, Missing, Not
from search.predicates import Any as AnyOf
from search.query import Range

from ..library.models import Author

TODAY = date(2026, 3, 15)
GENRES = ["Poésie", "Roman", "Théâtre", "Essai", "Conte"]
WORDS = ["mer", "ville", "forêt", "train", "nuit"]


def counts(result, facet):
    return {value.value: value.count for value in result.facets[facet]}


def test_several_values_of_a_facet_widen_and_several_facets_narrow(library):
    library.author("Une", genres=["Poésie"], country="fr")
    library.author("Deux", genres=["Roman", "Poésie"], country="be")
    library.author("Trois", genres=["Roman"], country="fr")
    library.author("Quatre", genres=["Essai"], country="fr")
    library.build()
    assert library.found(filters={"genres": ["poesie"]}) == ["Deux", "Une"]
    assert library.found(filters={"genres": ["poesie", "roman"]}) == ["Deux", "Trois", "Une"]
    assert library.found(filters={"genres": ["poesie", "roman"], "country": ["fr"]}) == ["Trois", "Une"]
    assert library.found(filters={"genres": []}) == ["Deux", "Quatre", "Trois", "Une"]


def test_facet_ignores_its_own_selection_and_honours_the_others(library):
    library.author("Une", genres=["Poésie"], country="fr")
    library.author("Deux", genres=["Roman", "Poésie"], country="be")
    library.author("Trois", genres=["Roman"], country="fr")
    library.author("Quatre", genres=["Essai"], country="fr")
    library.build()
    result = library.ask(filters={"genres": ["poesie"], "country": ["fr"]}, facets=("genres", "country"))
    assert result.total == 1
    assert counts(result, "genres") == {"poesie": 1, "roman": 1, "essai": 1}
    assert counts(result, "country") == {"fr": 1, "be": 1}


def test_facet_values_come_with_labels_and_the_commonest_first(library):
    library.author("Une", genres=["Théâtre", "Conte"], country="sn")
    library.author("Deux", genres=["Théâtre"])
    library.build()
    result = library.ask(facets=("genres", "country"), filters={"country": ["sn", "fr"]})
    assert [(v.value, v.label, v.count, v.selected) for v in result.facets["genres"]] == [
        ("conte", "Conte", 1, False),
        ("theatre", "Théâtre", 1, False),
    ]
    assert [(v.value, v.label, v.count, v.selected) for v in result.facets["country"]] == [
        ("sn", "Sénégal", 1, True),
        ("fr", "France", 0, True),
    ]


def test_selected_value_without_a_row_keeps_its_label(library):
    library.author("Une", genres=["Théâtre"], country="fr")
    library.author("Deux", genres=["Poésie"], country="be")
    library.build()
    result = library.ask(filters={"genres": ["theatre", "inconnu"], "country": ["be"]}, facets=("genres",))
    assert [(v.value, v.label, v.count, v.selected) for v in result.facets["genres"]] == [
        ("poesie", "Poésie", 1, False),
        ("inconnu", "inconnu", 0, True),
        ("theatre", "Théâtre", 0, True),
    ]


def test_nothing_found_says_what_each_filter_costs(library):
    library.author("Une", genres=["Poésie"], country="fr", role="Mer", prizes=3)
    library.author("Deux", genres=["Roman"], country="be", role="Mer", prizes=1)
    library.build()
    result = library.ask("mer", filters={"genres": ["poesie"], "country": ["be"]}, ranges={"prizes": Range(gte=1)})
    assert (result.total, result.relaxations) == (0, {"genres": 1, "country": 1, "prizes": 0})
    assert library.ask("mer", filters={"genres": ["poesie"]}).relaxations == {}
    assert library.ask("mer", filters={"genres": ["poesie"], "country": ["be"]}, relax=False).relaxations == {}


def test_computed_facet_follows_the_day_of_the_question(library):
    library.author("Passée", residences=[(date(2020, 1, 1), date(2020, 12, 31))])
    library.author("Ouverte", residences=[(date(2021, 6, 1), None)])
    library.author("Deux fois", residences=[(None, date(2019, 5, 5)), (date(2022, 1, 1), date(2022, 1, 1))])
    library.author("Jamais")
    library.build()

    def present(day):
        return library.found(filters={"residence": ["present"]}, today=day)

    assert present(date(2019, 5, 5)) == ["Deux fois"]
    assert present(date(2019, 5, 6)) == []
    assert present(date(2020, 1, 1)) == ["Passée"]
    assert present(date(2020, 12, 31)) == ["Passée"]
    assert present(date(2021, 1, 1)) == []
    assert present(date(2022, 1, 1)) == ["Deux fois", "Ouverte"]
    assert present(date(2200, 1, 1)) == ["Ouverte"]
    result = library.ask(facets=("residence",), today=date(2022, 1, 1), filters={"residence": ["past"]})
    assert [(v.value, v.label, v.count, v.selected) for v in result.facets["residence"]] == [
        ("present", "En résidence", 2, False),
        ("past", "Ancien résident", 1, True),
        ("never", "Jamais en résidence", 1, False),
    ]


def test_any_day_is_in_the_periods_that_hold_it(library):
    chance = random.Random(3)
    start = date(2015, 1, 1)
    days = [start + timedelta(days=number) for number in range(4_000)]
    for number in range(60):
        periods = []
        for _ in range(chance.randrange(4)):
            first, last = sorted(chance.sample(days, 2))
            periods.append((chance.choice([first, first, None]), chance.choice([last, last, None])))
        library.author(f"Numéro {number:02}", residences=periods)
    library.build()
    for _ in range(60):
        day = chance.choice(days)
        expected = sorted(
            author.name
            for author in Author.objects.prefetch_related("residences")
            if any((r.start or date.min) <= day <= (r.end or date.max) for r in author.residences.all())
        )
        assert library.found(where=Contains("residences", day)) == expected


def test_ranges_hold_both_their_ends(library):
    for name, prizes, born in [("Une", 1, date(1980, 1, 1)), ("Deux", 2, date(1990, 1, 1)), ("Sans", None, None)]:
        library.author(name, prizes=prizes, born=born)
    library.build()
    assert library.found(ranges={"prizes": Range(gte=1, lte=1)}) == ["Une"]
    assert library.found(ranges={"prizes": Range(gte=1)}) == ["Deux", "Une"]
    assert library.found(ranges={"prizes": Range()}) == ["Deux", "Une"]
    assert library.found(ranges={"born": Range(gte=date(1980, 1, 2))}) == ["Deux"]
    assert library.found(ranges={"born": Range(lte=date(1990, 1, 1))}) == ["Deux", "Une"]


def test_conditions_combine(library):
    library.author("Une", country="fr", prizes=1, translated=True)
    library.author("Deux", country="be", translated=False)
    library.author("Trois", prizes=5)
    library.build()
    assert library.found(where=Equals("country", "fr")) == ["Une"]
    assert library.found(where=~Equals("country", "fr")) == ["Deux", "Trois"]
    assert library.found(where=Missing("country")) == ["Trois"]
    assert library.found(where=Not(Missing("prizes")) & Between("prizes", gte=2)) == ["Trois"]
    assert library.found(where=Equals("translated", True)) == ["Une"]
    assert library.found(where=Equals("translated", False) | Equals("prizes", 5)) == ["Deux", "Trois"]
    assert library.found(where=Missing("translated")) == ["Trois"]
    assert library.found(where=All()) == ["Deux", "Trois", "Une"]
    assert library.found(where=AnyOf()) == []


def test_filters_read_values_of_every_kind(library):
    library.author("Une", prizes=2, born=date(1980, 1, 1), translated=True, residences=[(date(2020, 1, 1), None)])
    library.author("Deux", prizes=3, translated=False)
    library.build()
    assert library.found(filters={"prizes": ["2"]}) == ["Une"]
    assert library.found(filters={"born": ["1980-01-01"]}) == ["Une"]
    assert library.found(filters={"translated": ["oui"]}) == ["Une"]
    assert library.found(filters={"translated": ["false"]}) == ["Deux"]
    assert library.found(filters={"translated": ["peut-être"]}) == []
    assert library.found(filters={"residences": ["2020-06-01"]}) == ["Une"]
    assert library.found(filters={"prizes": ["beaucoup"]}) == []
    assert library.found(filters={"prizes": ["nan"]}) == []
    assert library.found(filters={"born": ["hier"]}) == []
    assert library.found(filters={"residence": ["inconnue"]}) == []


def test_value_of_any_shape_is_a_value(library):
    odd = 'a:b (c) "d" *'
    library.author("Une", email=f"x@{odd}")
    library.author("Deux", email="x@a")
    library.build()
    assert library.found(filters={"domain": [odd]}) == ["Une"]
    assert counts(library.ask(facets=("domain",)), "domain") == {odd: 1, "a": 1}


@pytest.mark.parametrize(
    "query",
    [
        {"filters": {"inconnu": ["x"]}},
        {"filters": {"role": ["x"]}},
        {"ranges": {"role": Range(gte=1)}},
        {"facets": ("prizes",)},
        {"facets": ("inconnue",)},
        {"sort": "inconnu"},
        {"where": Missing("inconnu")},
    ],
)
def test_what_is_not_declared_is_an_error(library, query):
    library.build()
    with pytest.raises(UnknownField):
        library.ask(**query)


def test_totals_and_facets_equal_a_count_over_the_rows(library):
    chance = random.Random(11)
    for number in range(150):
        start = TODAY + timedelta(days=chance.randrange(-900, 300))
        library.author(
            f"Numéro {number}",
            genres=chance.sample(GENRES, chance.randrange(4)),
            country=chance.choice(["fr", "be", "sn", ""]),
            prizes=chance.choice([None, 0, 1, 2, 3]),
            biography=" ".join(chance.sample(WORDS, 2)),
            email=f"a@{chance.choice(['a.fr', 'b.fr'])}",
            residences=[(start, chance.choice([None, start + timedelta(days=200)]))] if chance.random() < 0.8 else [],
        )
    library.build()
    # Some rows leave the index and some change, so that the counts meet deleted documents.
    document = registry.get("authors")
    gone = list(Author.objects.order_by("pk").values_list("pk", flat=True)[:20])
    Author.objects.filter(pk__in=gone).delete()
    library.delete(document, gone)
    moved = list(Author.objects.order_by("pk").values_list("pk", flat=True)[:20])
    Author.objects.filter(pk__in=moved).update(country="fr")
    library.index(document, document.indexable().filter(pk__in=moved))

    rows = list(Author.objects.prefetch_related("genres", "residences"))
    values = {
        "genres": {row.pk: {genre.slug for genre in row.genres.all()} for row in rows},
        "country": {row.pk: {row.country} - {""} for row in rows},
        "domain": {row.pk: {row.email.partition("@")[2]} for row in rows},
        "residence": {row.pk: {_residence(row)} for row in rows},
    }
    for _ in range(120):
        filters = {
            name: chance.sample(sorted(set().union(*held.values())), chance.randrange(1, 3))
            for name, held in values.items()
            if chance.random() < 0.4
        }
        ranges = {"prizes": Range(gte=chance.randrange(3))} if chance.random() < 0.3 else {}
        word = chance.choice(["", *WORDS])

        def matching(skipping=None, *, filters=filters, ranges=ranges, word=word):
            for row in rows:
                if word not in row.biography:
                    continue
                if ranges and (row.prizes is None or row.prizes < ranges["prizes"].gte):
                    continue
                if all(values[name][row.pk] & set(wanted) for name, wanted in filters.items() if name != skipping):
                    yield row.pk

        result = library.ask(word, filters=filters, ranges=ranges, facets=tuple(values), today=TODAY, page_size=200)
        assert {hit.id for hit in result.hits} == set(matching())
        assert result.total == len(result.hits)
        for name, held in values.items():
            expected = {}
            for pk in matching(skipping=name):
                for value in held[pk]:
                    expected[value] = expected.get(value, 0) + 1
            assert {v.value: v.count for v in result.facets[name] if v.count} == expected


def _residence(author):
    periods = [(r.start or date.min, r.end or date.max) for r in author.residences.all()]
    if not periods:
        return "never"
    return "present" if any(start <= TODAY <= end for start, end in periods) else "past"
