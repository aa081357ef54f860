"""Order and pages."""

from datetime import date

from search.query import DEEPEST


def test_sorts_put_rows_without_a_value_last_both_ways(library):
    library.author("Un", prizes=1)
    library.author("Dix", prizes=10)
    library.author("Sans")
    library.author("Moins", prizes=0)
    library.build()
    assert library.found(sort="prizes") == ["Dix", "Un", "Moins", "Sans"]
    assert library.found(sort="fewest") == ["Moins", "Un", "Dix", "Sans"]


def test_dates_sort_from_the_latest(library):
    library.author("Ancienne", born=date(1950, 12, 31))
    library.author("Jeune", born=date(2001, 1, 1))
    library.author("Sans")
    library.build()
    assert library.found(sort="youngest") == ["Jeune", "Ancienne", "Sans"]


def test_names_sort_without_regard_to_case_nor_accents(library):
    for name in ("Zoé", "émile", "Eva", "ÉLISE", "d’Hondt"):
        library.author(name)
    library.build()
    assert library.found(sort="name") == ["d’Hondt", "ÉLISE", "émile", "Eva", "Zoé"]


def test_text_may_be_sorted_otherwise_than_by_relevance(library):
    library.author("Zoé", role="Poésie")
    library.author("Ali", biography="Poésie")
    library.build()
    assert library.found("poésie") == ["Zoé", "Ali"]
    assert library.found("poésie", sort="name") == ["Ali", "Zoé"]


def test_pages_together_give_every_row_once(library):
    for _ in range(53):
        library.author("Même Nom", role="Autrice")
    library.build()
    for query in (
        {"text": ""},
        {"text": "autrice"},
        {"text": "meme nom"},
        {"text": "memme nom"},
        {"text": "", "sort": "prizes"},
    ):
        seen = []
        for page in range(1, 8):
            result = library.ask(page=page, page_size=10, **query)
            assert result.total == 53
            seen += [hit.id for hit in result.hits]
        assert len(seen) == len(set(seen)) == 53


def test_page_beyond_the_end_is_empty_with_its_total(library):
    library.author("Une")
    library.build()
    result = library.ask(page=9)
    assert (result.total, result.hits, result.capped) == (1, [], False)


def test_page_below_the_first_is_the_first(library):
    library.author("Une")
    library.build()
    assert [hit.id for hit in library.ask(page=-3).hits] == [hit.id for hit in library.ask(page=1).hits]
    assert len(library.ask(page_size=0).hits) == 1


def test_deepest_pages_are_capped_and_say_so(library):
    library.author("Une")
    library.build()
    assert not library.ask(page=DEEPEST // 24).capped
    result = library.ask(page=DEEPEST // 24 + 1)
    assert (result.capped, result.hits, result.total) == (True, [], 1)
    assert library.ask(page=10**9, page_size=10**9).capped


def test_hits_carry_the_public_key(library):
    author = library.author("Une Autrice")
    library.build()
    assert [(hit.id, hit.key) for hit in library.ask("autrice").hits] == [(author.pk, author.slug)]
