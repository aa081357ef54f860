from dataclasses import replace

import pytest
from django.http import QueryDict

from community.documents import MemberDocument
from community.forms import MemberSearchForm
from community.listing.answers import Facet, Listing, Pages, count_of, last_page
from search.declarations import Audience, Viewer
from search.query import FacetValue, Hit, SearchResult

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"


def form(query: str = "", viewer: Viewer | None = None) -> MemberSearchForm:
    return MemberSearchForm(QueryDict(query), path="/membres/", viewer=viewer)


def listing(query: str = "", page: int = 1, **answer) -> Listing:
    result = SearchResult(**{"hits": [], "total": 0, **answer})
    return Listing(form(query, Viewer(Audience.COMMUNITY)), result, {}, page, 24, "")


def page_links(number: int, last: int) -> list[int | None]:
    return [link.number for link in Pages(number, last, str).links]


# The address -----------------------------------------------------------------


def test_a_blank_address_asks_for_everything():
    blank = form()
    assert (blank.text, blank.chosen, blank.page_wanted, blank.url(), blank.notices) == ("", {}, 1, "/membres/", [])


def test_the_address_holds_the_whole_state():
    query = "q=django+paris&domain=data&domain=design&skills=python&sort=arrival&page=3"
    asked = form(query)
    assert (asked.url(page=3), asked.notices) == (f"/membres/?{query}", [])


def test_dropping_one_condition_keeps_the_others_and_goes_back_to_the_first_page():
    asked = form("q=django&domain=data&domain=design&page=3&sort=name")
    assert [
        asked.url(without=[("domain", "data")]),
        asked.url(without=[("domain", None)]),
        asked.url(without=[("q", None)]),
    ] == [
        "/membres/?q=django&domain=design&sort=name",
        "/membres/?q=django&sort=name",
        "/membres/?domain=data&domain=design&sort=name",
    ]


def test_the_usual_sort_is_never_in_the_address_so_that_a_text_is_sorted_by_relevance():
    assert [
        (form(query).cleaned_data["sort"], [value for value, _label, chosen in form(query).sort_choices if chosen])
        for query in ("sort=name", "sort=relevance", "q=x&sort=relevance", "q=x&sort=name", "q=x", "sort=arrival")
    ] == [("", [""]), ("", [""]), ("", [""]), ("name", ["name"]), ("", [""]), ("arrival", ["arrival"])]


@pytest.mark.parametrize("page", ["abc", "-1", "0", "1.5", "1e9", "١", "99999999999999999999", "%00", "1;2"])
def test_a_page_that_is_no_number_is_told_and_ignored(page):
    asked = form(f"q=django&domain=data&page={page}")
    assert (asked.page_wanted, asked.text, asked.chosen, asked.notices) == (
        1,
        "django",
        {"domain": ("data",)},
        ["Ce numéro de page n’existe pas : voici la première page."],
    )


def test_an_empty_page_is_the_first_one():
    assert (form("page=").page_wanted, form("page=").notices) == (1, [])


def test_an_unknown_sort_is_told_and_ignored():
    asked = form("q=django&sort=salary")
    assert (asked.cleaned_data["sort"], asked.text, asked.notices) == (
        "",
        "django",
        ["Ce tri n’existe pas : voici le tri habituel."],
    )


def test_a_text_of_10_000_characters_is_shortened_and_told():
    asked = form(f"q={'a' * 10_000}&domain=data")
    assert (len(asked.text), asked.chosen, asked.notices) == (
        200,
        {"domain": ("data",)},
        ["Votre recherche a été raccourcie à ses 200 premiers caractères."],
    )


def test_control_characters_and_spare_spaces_are_dropped():
    asked = form("q=%00lea%00%0a%20%20martin%7f&domain=%00&domain=%20data%00")
    assert (asked.text, asked.chosen, asked.notices) == ("lea martin", {"domain": ("data",)}, [])


def test_values_repeated_blank_or_too_long_are_dropped():
    asked = form(f"skills=a&skills=&skills=a&skills={'b' * 201}&skills=c")
    assert asked.chosen == {"skills": ("a", "c")}


def test_no_more_than_fifty_values_of_a_facet_are_read():
    asked = form("&".join(f"skills=s{n}" for n in range(500)))
    assert len(asked.chosen["skills"]) == 50


def test_unknown_parameters_are_ignored():
    asked = form("q=lea&utm_source=x&constructor=1&__proto__=2")
    assert (asked.url(), asked.notices) == ("/membres/?q=lea", [])


def test_a_value_that_can_never_be_is_told_and_the_others_kept():
    asked = form("status=active&status=retired&domain=data")
    assert (asked.chosen, asked.notices) == (
        {"domain": ("data",), "status": ("active",)},
        ["Le filtre « Situation : retired » n’existe pas : il a été ignoré."],
    )


def test_a_visitor_asks_for_what_people_may_show_to_everybody_and_is_told_that_most_do_not():
    query = "availability=maintenant&wanted=eig&domain=data"
    asked = {"domain": ("data",), "availability": ("maintenant",), "wanted": ("eig",)}
    for viewer, has_reserved in ((Viewer(), True), (Viewer(Audience.COMMUNITY), False)):
        made = form(query, viewer)
        assert (made.chosen, made.notices, made.has_reserved_facets) == (asked, [], has_reserved)
        assert {"availability", "wanted"} <= set(made.query(page_size=24).facets)


def test_a_filter_that_no_row_opens_is_ignored_and_told(monkeypatch):
    fields = tuple(replace(one, varies=False) if one.name == "wanted" else one for one in MemberDocument.fields)
    monkeypatch.setattr(MemberDocument, "fields", fields)
    visitor = form("wanted=eig&domain=data")

    assert visitor.chosen == {"domain": ("data",)}
    assert visitor.notices == [
        "Le filtre « Engagement recherché » est réservé aux membres connectés : il a été ignoré."
    ]
    assert "wanted" not in visitor.query(page_size=24).facets


# The answer ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 membre"), (1, "1 membre"), (2, "2 membres"), (312, "312 membres")],
)
def test_counts_follow_the_french_plural(number, said):
    assert count_of(number, ("membre", "membres")) == said


def test_thousands_are_separated():
    assert count_of(12_345, ("membre", "membres")).replace(NBSP, "_").replace(NARROW_NBSP, "_") == "12_345 membres"


def test_chips_say_the_text_and_each_value_with_its_label():
    made = listing(
        "q=lea&skills=python&domain=data",
        facets={"skills": [FacetValue("python", "Python", 3, True)]},
    )
    assert [(chip.label, chip.url) for chip in made.chips] == [
        ("« lea »", "/membres/?domain=data&skills=python"),
        ("Domaine : Data", "/membres/?q=lea&skills=python"),
        ("Compétences : Python", "/membres/?q=lea&domain=data"),
    ]


def test_relaxations_say_what_each_filter_costs_the_most_rows_first():
    made = listing("q=lea&skills=python&domain=data", relaxations={"domain": 1, "skills": 4})
    assert [(one.label, one.count, one.url) for one in made.relaxations] == [
        ("Compétences", "4 membres", "/membres/?q=lea&domain=data"),
        ("Domaine", "1 membre", "/membres/?q=lea&skills=python"),
    ]


def facet_of(values: list[FacetValue]) -> Facet:
    return listing(facets={"skills": values}).facets[0]


def test_a_long_facet_shows_its_ten_most_frequent_values_and_those_chosen():
    values = [FacetValue(f"s{n}", f"S{n}", 100 - n, n in {40, 80}) for n in range(90)]
    facet = facet_of(values)
    assert [choice.value for choice in facet.first] == ["s40", "s80", *(f"s{n}" for n in range(8))]
    assert (facet.selected, len(facet.more), facet.hidden, facet.is_searchable) == (2, 50, 30, True)


def test_a_short_facet_hides_nothing():
    facet = facet_of([FacetValue(f"s{n}", f"S{n}", 1, False) for n in range(13)])
    assert (len(facet.first), facet.more, facet.is_searchable) == (13, [], False)


def test_every_chosen_value_is_shown_however_many_there_are():
    facet = facet_of([FacetValue(f"s{n}", f"S{n}", 0, True) for n in range(30)])
    assert (len(facet.first), facet.more) == (30, [])


def test_values_of_a_closed_list_keep_the_order_of_the_list():
    answer = {"status": [FacetValue("former", "", 9, False), FacetValue("active", "", 1, False)]}
    assert [choice.value for choice in listing(facets=answer).facets[0].first] == ["active", "former"]


def test_checkboxes_have_ids_that_differ_when_the_values_do():
    values = [FacetValue(value, value, 1, False) for value in ("c", "c#", "c++", "c plus", "é", "e")]
    ids = [choice.id for choice in facet_of(values).first]
    assert len(set(ids)) == 6


def test_pages_show_the_ends_and_the_neighbours():
    places = [(1, 1), (1, 3), (1, 9), (5, 9), (4, 9), (9, 9)]
    assert [page_links(number, last) for number, last in places] == [
        [1],
        [1, 2, 3],
        [1, 2, None, 9],
        [1, None, 4, 5, 6, None, 9],
        [1, 2, 3, 4, 5, None, 9],
        [1, None, 8, 9],
    ]


def test_no_page_lies_beyond_the_deepest_rank():
    assert [last_page(total, 24) for total in (0, 1, 24, 25, 9_984, 9_985, 100_000)] == [1, 1, 1, 2, 416, 416, 416]


class Row:
    def __init__(self, name: str) -> None:
        self.name = name


def excerpt(shown: str, name: str) -> dict[str, str]:
    result = SearchResult([Hit(1, "x", 1.0, {"name": shown, "secret": "<mark>non</mark>"})], 1)
    made = Listing(form(), result, {1: Row(name)}, 1, 24, "", {"name": lambda row: row.name})
    return made.cards[0].highlights


def test_an_excerpt_is_shown_when_the_row_still_says_it():
    assert excerpt("<mark>Léa</mark> &amp; Cie", "Léa & Cie") == {"name": "<mark>Léa</mark> &amp; Cie"}


def test_an_excerpt_that_the_row_no_longer_says_is_not_shown():
    assert excerpt("<mark>Ancien</mark> nom", "Nouveau nom") == {}


def test_a_row_that_the_database_no_longer_shows_is_left_out():
    result = SearchResult([Hit(1, "a", 1.0), Hit(2, "b", 1.0)], 2)
    made = Listing(form(), result, {2: Row("b")}, 1, 24, "")
    assert ([card.object.name for card in made.cards], made.count) == (["b"], "2 membres")
