"""The commands that build, compare and question the index."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from search import outbox, registry

from .library.models import Author


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_rebuild_indexes_everything_and_takes_the_entries_away(library):
    library.author("Awa Diop")
    assert outbox.pending() > 0
    told = run("search_rebuild", "authors", "books")
    assert told.startswith("authors : 1 documents en ")
    assert library.found() == ["Awa Diop"]
    assert outbox.pending() == 0


def test_check_prints_the_differences_and_exits_1(library):
    author, other = library.author("Awa Diop"), library.author("Bruno Roux")
    library.build()
    assert run("search_rebuild", "authors", "--check") == "authors : 0 manquants, 0 périmés, 0 superflus\n"
    Author.objects.filter(pk=author.pk).update(name="Autre")
    library.delete(registry.get("authors"), [other.pk])
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("search_rebuild", "authors", "--check", stdout=out)
    assert error.value.returncode == 1
    assert out.getvalue() == (
        f"authors : 1 manquants, 1 périmés, 0 superflus\n  manquants : {other.pk}\n  périmés : {author.pk}\n"
    )


def test_unknown_document_exits_2(library):
    for command in ("search_rebuild", "search_query"):
        with pytest.raises(CommandError) as error:
            run(command, "inconnu")
        assert error.value.returncode == 2


def test_query_prints_exactly_what_a_machine_expects(library):
    one = library.author("Awa Diop", role="Poète", country="sn", genres=["Poésie"])
    library.author("Bruno Roux", role="Poète", country="fr", genres=["Roman"])
    library.build()
    answer = json.loads(run("search_query", "authors", "poète", "--filter", "country=sn", "--json"))
    assert set(answer) == {"total", "hits", "facets"}
    assert answer["total"] == 1
    assert [hit["id"] for hit in answer["hits"]] == [one.slug]
    assert answer["hits"][0]["score"] > 0
    assert answer["facets"]["country"] == [{"value": "fr", "count": 1}, {"value": "sn", "count": 1}]
    assert set(answer["facets"]) == {"genres", "country", "domain", "residence"}


@pytest.mark.parametrize(
    "value", ["country=sn", "country=Sénégal", "country=senegal", "genres=Poésie", "genres=poesie"]
)
def test_filter_takes_the_value_or_its_label(library, value):
    library.author("Awa Diop", country="sn", genres=["Poésie"])
    library.author("Bruno Roux", country="fr", genres=["Roman"])
    library.build()
    assert json.loads(run("search_query", "authors", "", "--filter", value, "--json"))["total"] == 1


def test_filters_of_one_field_add_up(library):
    library.author("Awa Diop", country="sn")
    library.author("Bruno Roux", country="fr")
    library.author("Chloé Petit", country="be")
    library.build()
    answer = run("search_query", "authors", "--filter", "country=sn", "--filter", "country=fr", "--json")
    assert json.loads(answer)["total"] == 2


def test_audience_is_the_public_unless_told(library):
    library.author("Awa Diop", row_audience=1)
    library.build()
    assert json.loads(run("search_query", "authors", "--json"))["total"] == 0
    assert json.loads(run("search_query", "authors", "--audience", "community", "--json"))["total"] == 1


@pytest.mark.parametrize(
    "arguments",
    [("--filter", "inconnu=x"), ("--filter", "sans-valeur"), ("--filter", "role=x"), ("--sort", "inconnu")],
)
def test_what_does_not_exist_is_told_in_french_with_exit_2(library, arguments):
    library.build()
    with pytest.raises(CommandError) as error:
        run("search_query", "authors", "", *arguments)
    assert error.value.returncode == 2
    assert arguments[1].partition("=")[0] in str(error.value)


def test_query_without_an_index_says_what_to_do(library):
    with pytest.raises(CommandError, match="search_rebuild"):
        run("search_query", "authors", "x")


def test_person_reads_hits_facets_and_correction(library):
    library.author("Awa Diop", role="Poète", country="sn")
    library.build()
    assert "Sénégal (1)" in run("search_query", "authors", "poète")
    assert "Essayez avec « poète »" in run("search_query", "authors", "ppoete")
