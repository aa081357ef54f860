"""The relevance of the directory's search, scored on a table of queries over a fixed corpus of invented people."""

from collections import Counter

import pytest

from community.models import Member
from search import registry
from search.api import search
from search.query import SearchQuery

from . import corpus
from .cases import CASES
from .judging import GOAL, Case, Found, failures, trade_of
from .late_cases import LATE_CASES


@pytest.fixture
def patient(settings):
    """A busy machine says nothing about relevance: an answer may take its time."""
    settings.ELASTICSEARCH_OPTIONS = {**settings.ELASTICSEARCH_OPTIONS, "timeout": 60.0}


@pytest.fixture
def people(patient, engine):
    """The corpus, in the database and in the engine's index."""
    corpus.load()
    assert engine.rebuild(registry.get("members")).rows == Member.objects.exclude(visibility="private").count()


def mistakes(cases: list[Case]) -> dict[Case, list[str]]:
    """The cases that fail, with what is wrong."""
    trades = {
        member.pk: trade_of(member.role, member.get_domain_display(), [skill.name for skill in member.skills.all()])
        for member in Member.objects.prefetch_related("skills")
    }

    def found(text: str, viewer: str) -> list[Found]:
        query = SearchQuery(text=text, viewer=corpus.viewer(viewer), page_size=1000, suggest=False)
        return [Found(hit.key, trades[hit.id]) for hit in search("members", query).hits]

    everybody = {viewer: len(found("", viewer)) for viewer in {case.viewer for case in cases}}
    judged = {case: failures(case, found(case.query, case.viewer), everybody[case.viewer]) for case in cases}
    return {case: wrong for case, wrong in judged.items() if wrong}


def test_table_is_answered_well_enough(people, request, record_property):
    name = request.node.callspec.params["engine"]
    cases = [*CASES, *LATE_CASES]
    wrong = mistakes(cases)
    score = 1 - len(wrong) / len(cases)
    late = 1 - len(wrong.keys() & set(LATE_CASES)) / len(LATE_CASES)
    told = [f"Relevance, {name}: {score:.3f} of {len(cases)} cases; of the {len(LATE_CASES)} late ones {late:.3f}"]
    told += [f"  « {case.query[:80]} » ({case.viewer}): {'; '.join(wrong[case])}" for case in wrong]
    record_property("relevance", "\n".join(told))
    assert score >= GOAL, "\n".join(told)


def test_cases_speak_of_people_of_the_corpus():
    known = {corpus.slugify(row["name"]) for row in corpus.people()}
    assert len(known) == len(corpus.people())
    assert len(known) >= 500
    assert set().union(*(case.people for case in [*CASES, *LATE_CASES])) - known == set()
    assert [case for case, times in Counter([*CASES, *LATE_CASES]).items() if times > 1] == []
    assert len(CASES) >= 120
    assert len(LATE_CASES) >= 40
