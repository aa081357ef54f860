"""The commands that build, compare and question the index."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search import checking, outbox, registry
from search.freshness import Differences
from search.models import OutboxEntry

from .conftest import UNREADABLE
from .library.models import Author, Genre


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


@pytest.fixture
def settled(library):
    """An index of three authors, and nothing that waits."""
    for name in ("Awa Diop", "Bruno Roux", "Chloé Petit"):
        library.author(name, genres=["Poésie"])
    run("search_rebuild", "authors", "books")
    return library


def plant(library):
    """A missing, a stale and a superfluous row, in the order of their keys."""
    missing, stale, superfluous = Author.objects.order_by("pk")
    library.delete(registry.get("authors"), [missing.pk])
    Author.objects.filter(pk=stale.pk).update(name="Autre")
    Author.objects.filter(pk=superfluous.pk).update(published=False)
    return missing.pk, stale.pk, superfluous.pk


def check(*names):
    out = StringIO()
    try:
        call_command("search_rebuild", *(names or ["authors"]), "--check", stdout=out, stderr=StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


NO_DIFFERENCE = (0, "authors : 0 manquants, 0 périmés, 0 superflus\n")


def test_check_prints_the_differences_and_exits_1(settled):
    assert check() == NO_DIFFERENCE
    missing, stale, superfluous = plant(settled)
    assert check() == (
        1,
        "authors : 1 manquants, 1 périmés, 1 superflus\n"
        f"  manquants : {missing}\n  périmés : {stale}\n  superflus : {superfluous}\n",
    )


def test_repair_mends_what_differs_and_that_alone(settled):
    plant(settled)
    settled.author("Dorine", genres=["Roman"])
    OutboxEntry.objects.all().delete()
    assert run("search_rebuild", "authors", "--repair") == "authors : 3 réindexés, 1 supprimés\n"
    assert settled.found() == ["Autre", "Awa Diop", "Dorine"]
    assert check() == NO_DIFFERENCE
    assert outbox.pending() == 0
    assert run("search_rebuild", "authors", "--repair") == "authors : 0 réindexés, 0 supprimés\n"


def test_repair_reads_no_row_but_those_that_differ(settled, monkeypatch):
    written = []
    index = type(settled.engine).index

    def noted(self, document, instances, version):
        instances = list(instances)
        written.extend(instance.pk for instance in instances)
        return index(self, document, instances, version)

    monkeypatch.setattr(type(settled.engine), "index", noted)
    missing, stale, _superfluous = plant(settled)
    run("search_rebuild", "authors", "--repair")
    assert written == [missing, stale]


def test_change_that_waits_in_the_outbox_is_no_difference(settled):
    author = Author.objects.order_by("pk").first()
    genre = Genre.objects.get()
    author.name = "Renommée"
    author.save()
    assert check() == (0, f"authors : 0 manquants, 0 périmés, 0 superflus, 1 en attente\n  en attente : {author.pk}\n")
    genre.name = "Vers"
    genre.save()
    everyone = ", ".join(map(str, Author.objects.order_by("pk").values_list("pk", flat=True)))
    assert check() == (
        0,
        f"authors : 0 manquants, 0 périmés, 0 superflus, 3 en attente\n  en attente : {everyone}\n",
    )
    outbox.drain()
    assert check() == NO_DIFFERENCE


def test_everything_waits_for_a_document_that_is_to_be_built(settled):
    Author.objects.update(role="Poète")
    outbox.everything("authors")
    assert check()[0] == 0
    assert checking.check(registry.get("authors")).differences == Differences()
    outbox.drain()
    assert check() == NO_DIFFERENCE


def test_row_that_moves_between_two_looks_is_no_difference(settled, monkeypatch):
    """As when somebody saves while the command reads: the second look finds the change in the index."""
    document = registry.get("authors")
    author = Author.objects.order_by("pk").first()
    read = []

    def slow(rows):
        read.append(rows)
        if len(read) == 1:
            settled.index(document, document.indexable())

    Author.objects.filter(pk=author.pk).update(name="Renommée")
    assert checking.check(document, slow).differences == Differences()
    assert read == [3]
    Author.objects.filter(pk=author.pk).update(name="Encore")
    assert checking.check(document).differences == Differences(stale=[author.pk])


@pytest.fixture
def unreadable(settled, monkeypatch):
    """A row that cannot be read any more."""
    author = Author.objects.order_by("pk").first()
    declaration = type(registry.get("authors"))
    prepare = declaration.prepare

    def fragile(self, instance):
        if instance.pk == author.pk:
            raise RuntimeError("unreadable")
        return prepare(self, instance)

    monkeypatch.setattr(declaration, "prepare", fragile)
    return author


def test_row_set_aside_is_told_apart_with_its_reason(settled, unreadable):
    assert check() == (
        1,
        f"authors : 0 manquants, 0 périmés, 1 superflus\n  superflus : {unreadable.pk}\n",
    )
    assert run("search_rebuild", "authors", "--repair") == "authors : 0 réindexés, 1 supprimés, 1 mis de côté\n"
    assert check() == (
        0,
        "authors : 0 manquants, 0 périmés, 0 superflus, 1 mis de côté\n"
        f"  mis de côté : {unreadable.pk} ({UNREADABLE}RuntimeError, unreadable)\n",
    )


def test_rebuild_says_how_many_rows_it_set_aside(settled, unreadable):
    assert run("search_rebuild", "authors").strip().endswith(" documents/s), 1 mis de côté")
    assert check()[0] == 0


def test_missing_index_is_told_and_built_by_repair(library):
    library.author("Awa Diop")
    code, told = check()
    assert code == 1
    assert told.startswith("authors")
    assert told.endswith(" ; lancez search_rebuild.\n")
    assert run("search_rebuild", "authors", "--repair") == "authors : 1 réindexés, 0 supprimés\n"
    assert check() == NO_DIFFERENCE


def test_one_missing_index_hides_no_other(library):
    for name in ("Awa Diop", "Bruno Roux", "Chloé Petit"):
        library.author(name)
    library.build("authors")
    OutboxEntry.objects.all().delete()
    plant(library)
    code, told = check("books", "authors")
    assert code == 1
    assert told.startswith("books")
    assert "\nauthors : 1 manquants, 1 périmés, 1 superflus\n" in told


def test_drain_does_what_waits_even_if_it_was_postponed(settled):
    settled.author("Dorine")
    OutboxEntry.objects.update(not_before=timezone.now() + timedelta(hours=1), attempts=9)
    waiting = outbox.pending()
    assert run("search_drain") == f"{waiting} changements appliqués, 0 en attente, 0 mis de côté\n"
    assert check() == NO_DIFFERENCE


def test_drain_that_leaves_something_says_why_and_exits_1(library):
    library.author("Awa Diop")
    out = StringIO()
    with pytest.raises(CommandError, match="lancez search_rebuild") as error:
        call_command("search_drain", stdout=out)
    assert error.value.returncode == 1
    assert out.getvalue() == f"0 changements appliqués, {outbox.pending()} en attente, 0 mis de côté\n"


def test_watch_wants_a_number_of_seconds():
    with pytest.raises(CommandError) as error:
        run("search_drain", "--watch", "0")
    assert error.value.returncode == 2


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
