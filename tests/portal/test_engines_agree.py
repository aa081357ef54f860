"""Both engines on the programme's own data: they find and count the same, and it is what the database says.

The sets of the database are read here with queries of their own, not through what the documents prepare.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from random import Random

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community.importing import import_content
from community.models import Member, MemberSkill, Skill, Startup, Stint
from recruitment.documents import OPEN, PAST
from recruitment.models import Mission
from search import registry
from search.analysis import fold
from search.engines import Engine
from search.engines.elastic import Connection, ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.query import SearchQuery, SearchResult

pytestmark = [pytest.mark.django_db, pytest.mark.real_data, pytest.mark.elasticsearch]

KINDS = ("members", "startups", "missions")
Sets = dict[str, dict[str, set[int]]]
"""Facet -> value -> primary keys."""


@pytest.fixture(scope="module")
def engines(
    django_db_setup, django_db_blocker, betagouv_content, elasticsearch_server, tmp_path_factory
) -> Iterator[list[Engine]]:
    """Each engine with the same rows, for the whole module; rows and indices are taken away at the end."""
    hosts = tuple(elasticsearch_server.split(","))
    # As the run calls its indices, so that it takes them away; a rebuild of thousands of rows is no search.
    prefix = f"{settings.TEST_VAR_DIR.name}-agree"
    connection = Connection(hosts=hosts, prefix=prefix, timeout=30.0, write_timeout=120.0)
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        import_content(betagouv_content)
        made: list[Engine] = [EmbeddedEngine(tmp_path_factory.mktemp("agree")), ElasticsearchEngine(connection)]
        for engine in made:
            for name in KINDS:
                engine.rebuild(registry.get(name))
        yield made


def sets_of(rows: QuerySet, **paths: str | tuple[str, ...]) -> dict[str, dict[str, set[int]]]:
    """Facet -> value -> primary keys, read along each path."""
    found: Sets = {}
    for facet, several in paths.items():
        values = found.setdefault(facet, {})
        for path in (several,) if isinstance(several, str) else several:
            for pk, value in rows.values_list("pk", path):
                if value not in (None, ""):
                    values.setdefault(str(value), set()).add(pk)
    return found


def members() -> Sets:
    shown = Member.objects.visible_to_viewer(SearchQuery().viewer)
    found = sets_of(
        shown.with_status(),
        domain="domain",
        skills="skills__slug",
        incubator=("incubator__slug", "stints__startups__incubator__slug"),
        theme="stints__startups__themes__slug",
        region="region",
        status="status",
    )
    latest = dict(Stint.objects.order_by("start", "pk").values_list("member_id", "status"))
    found["engagement"] = {}
    for pk in shown.values_list("pk", flat=True):
        if status := latest.get(pk):
            found["engagement"].setdefault(status, set()).add(pk)
    return found


def startups() -> Sets:
    return sets_of(
        Startup.objects.with_phase(),
        phase="phase",
        incubator="incubator__slug",
        theme="themes__slug",
        user_type="user_types__slug",
        technology="technologies__slug",
    )


def missions() -> Sets:
    published = Mission.objects.published()
    found = sets_of(
        published,
        domain="domain",
        engagement="engagement",
        skills=("required_skills__slug", "appreciated_skills__slug"),
        incubator="startup__incubator__slug",
        theme="startup__themes__slug",
        region="region",
        remote="remote",
        seniority="seniority",
    )
    is_open = set(published.open().values_list("pk", flat=True))
    found["status"] = {OPEN: is_open, PAST: set(published.values_list("pk", flat=True)) - is_open}
    return found


def everyone(kind: str) -> set[int]:
    rows = {
        "members": Member.objects.visible_to_viewer(SearchQuery().viewer),
        "startups": Startup.objects.all(),
        "missions": Mission.objects.published(),
    }
    return set(rows[kind].values_list("pk", flat=True))


def within(rows: set[int], sets: Sets, filters: dict, *, without: str = "") -> set[int]:
    """The rows that have one of the values of each filter, one filter left out."""
    for name, values in filters.items():
        if name != without:
            rows = rows & set().union(*(sets[name].get(value, set()) for value in values))
    return rows


def random_filters(chance: Random, sets: Sets) -> dict[str, tuple[str, ...]]:
    """Up to four filters with up to three values, frequent ones more often than not."""
    chosen = {}
    facets = [name for name, values in sets.items() if values]
    for name in chance.sample(facets, min(len(facets), chance.choice([0, 1, 1, 2, 2, 3, 4]))):
        weights = [len(rows) + 1 for rows in sets[name].values()]
        chosen[name] = tuple(dict.fromkeys(chance.choices(list(sets[name]), weights, k=chance.randint(1, 3))))
    return chosen


def counts(result: SearchResult, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in result.facets[facet] if value.count}


def asked(engines: list[Engine], kind: str, query: SearchQuery) -> list[SearchResult]:
    return [engine.search([(registry.get(kind), query)])[0] for engine in engines]


NUMBERS = [(1, 40), pytest.param(2, 500, marks=pytest.mark.campaign)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("seed", "number"), NUMBERS)
def test_totals_and_counts_are_those_of_the_database_on_both(engines, kind, seed, number):
    chance = Random(seed)
    sets, rows = globals()[kind](), everyone(kind)
    for _ in range(number):
        filters = random_filters(chance, sets)
        query = SearchQuery(filters=filters, facets=tuple(sets), page_size=1, today=timezone.localdate())
        truth = {
            name: {
                value: count
                for value, having in sets[name].items()
                if (count := len(having & within(rows, sets, filters, without=name)))
            }
            for name in sets
        }
        results = asked(engines, kind, query)
        for result in results:
            assert (filters, result.total) == (filters, len(within(rows, sets, filters)))
            assert (filters, {name: counts(result, name) for name in sets}) == (filters, truth)
        assert (filters, results[0].facets) == (filters, results[1].facets)
        assert (filters, results[0].relaxations) == (filters, results[1].relaxations)


def words_of(kind: str) -> list[str]:
    """Texts that people of this kind of list type: names, roles, titles, skills."""
    texts: list[str] = list(Skill.objects.values_list("name", flat=True))
    if kind == "members":
        texts += [text for pair in Member.objects.values_list("full_name", "role") for text in pair if text]
        texts += MemberSkill.objects.values_list("skill__name", flat=True)[:2_000]
    elif kind == "startups":
        texts += [text for pair in Startup.objects.values_list("name", "pitch") for text in pair if text]
    else:
        texts += [text for pair in Mission.objects.values_list("title", "summary") for text in pair if text]
    return texts


def random_text(chance: Random, texts: list[str]) -> str:
    """A whole text, one or two words, the beginning of one, or one with a letter lost."""
    words = [word for text in chance.sample(texts, 2) for word in text.split()]
    word = chance.choice(words)
    begun, place = word[: chance.randint(2, 8)], chance.randrange(len(word))
    two = f"{word} {chance.choice(words)}"
    return chance.choice(
        [chance.choice(texts)[:80], word, fold(word), two, two, begun, word[:place] + word[place + 1 :], f'"{two}"']
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("seed", "number"), NUMBERS)
def test_with_a_text_engines_find_the_same_rows_and_count_just_them(engines, kind, seed, number):
    chance = Random(seed)
    sets, texts = globals()[kind](), words_of(kind)
    for _ in range(number):
        filters = random_filters(chance, sets) if chance.random() < 0.3 else {}
        text = random_text(chance, texts)
        query = SearchQuery(text=text, filters=filters, facets=tuple(sets), page_size=5_000, excerpts=False)
        results = asked(engines, kind, query)
        found = [{hit.id for hit in result.hits} for result in results]
        assert (text, filters, [result.total for result in results]) == (text, filters, list(map(len, found)))
        assert (text, filters, found[0]) == (text, filters, found[1])
        assert (text, filters, results[0].facets) == (text, filters, results[1].facets)
        assert (text, filters, results[0].suggestion) == (text, filters, results[1].suggestion)
        for result, ids in zip(results, found, strict=True):
            for name in sets:
                wide = ids
                if name in filters:
                    others = {key: values for key, values in filters.items() if key != name}
                    [freed] = asked([engines[results.index(result)]], kind, replace(query, filters=others))
                    wide = {hit.id for hit in freed.hits}
                held = {value: count for value, having in sets[name].items() if (count := len(having & wide))}
                assert (text, filters, name, counts(result, name)) == (text, filters, name, held)
