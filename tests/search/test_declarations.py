import pytest
from django.core.exceptions import ImproperlyConfigured

from search import registry
from search.declarations import (
    Audience,
    Document,
    KeywordField,
    NameField,
    NumberField,
    TextField,
    UnknownField,
)
from search.engines import get_engine
from search.engines.embedded.schema import blocks_of, blocks_with
from search.engines.layout import sort_key
from search.rows import Row, normalise

from .library.models import Book


def declare(**attributes):
    return type("Declared", (Document,), {"name": "declared", "model": Book, **attributes})


@pytest.mark.parametrize(
    "attributes",
    [
        {"fields": (TextField("a"), TextField("a"))},
        {"fields": (NameField("a"), NameField("b"))},
        {"fields": (TextField("a"),), "sorts": {"a": ("A", "a", False)}},
        {"fields": (TextField("a"),), "default_sort": "b"},
        {"fields": (TextField("a"),), "name": "authors"},
    ],
)
def test_declaration_that_contradicts_itself_is_refused(attributes):
    with pytest.raises(ValueError):
        registry.register(declare(**attributes))


def test_keyword_takes_values_pairs_and_lists_of_either():
    field = KeywordField("k", labels={"fr": "France"})
    assert normalise(field, "fr") == (("fr", "France"),)
    assert normalise(field, ("sn", "Sénégal")) == (("sn", "Sénégal"),)
    assert normalise(field, ["fr", "be", "fr", "", None]) == (("fr", "France"), ("be", "be"))
    assert normalise(field, [("sn", "Sénégal"), "fr"]) == (("sn", "Sénégal"), ("fr", "France"))
    assert normalise(field, []) is None
    assert normalise(field, 7) == (("7", "7"),)
    assert KeywordField("k", labels=str.upper).label("fr") == "FR"


def test_field_that_prepare_invents_is_an_error(db):
    document = declare(fields=(TextField("title"),), prepare=lambda self, book: {"titel": "x"})()
    with pytest.raises(UnknownField):
        Row.of(document, Book(pk=1, slug="a"))


def test_digest_changes_with_whatever_is_indexed(db):
    def digest(audience=Audience.PUBLIC, hidden=(), title="x"):
        document = declare(
            fields=(TextField("title"),),
            prepare=lambda self, book: {"title": title},
            row_audience=lambda self, book: audience,
            hidden_from=lambda self, book: hidden,
        )()
        return Row.of(document, Book(pk=1, slug="a")).digest

    assert digest() == digest()
    assert len({digest(), digest(Audience.TEAMS), digest(hidden=["a"]), digest(title="y")}) == 4


def test_varying_field_fails_closed(db):
    document = declare(fields=(TextField("title", varies=True),), prepare=lambda self, book: {"title": "x"})()
    assert Row.of(document, Book(pk=1, slug="a")).audiences == {"title": Audience.TEAMS}


def test_number_keys_sort_like_the_numbers():
    field = NumberField("n")
    numbers = [-1e300, -2.5, -1, -0.0, 0.5, 1, 2, 10, 1e300]
    keys = [sort_key(field, number, 1, False) for number in numbers]
    assert keys == sorted(keys)
    assert sort_key(field, None, 1, False) > max(keys)
    assert sort_key(field, None, 1, True) < min(keys)


def test_periods_are_few_blocks():
    from datetime import date

    blocks = list(blocks_of(date(1999, 3, 7), date(2031, 8, 2)))
    assert len(blocks) <= 34
    assert set(blocks) & set(blocks_with(date(2010, 1, 1)))
    assert not set(blocks) & set(blocks_with(date(1999, 3, 6)))
    assert list(blocks_of(None, None)) == [1]
    assert list(blocks_of(date(2020, 1, 2), date(2020, 1, 1))) == []


def test_address_of_elasticsearch_that_is_none_is_refused_clearly(settings):
    settings.ELASTICSEARCH_URL = "http://premier:9200, second:9200"
    with pytest.raises(ImproperlyConfigured, match="ELASTICSEARCH_URL"):
        get_engine()
