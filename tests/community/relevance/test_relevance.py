"""The relevance of the directory's search, scored on a table of queries over a fixed corpus of invented people."""

from collections import Counter
from dataclasses import replace

import pytest

from community.models import Member
from search import registry
from search.api import search
from search.query import SearchQuery

from . import corpus
from .cases import CASES
from .everyday_cases import EVERYDAY_CASES
from .judging import GOAL, Case, Found, failures, trade_of
from .late_cases import LATE_CASES
from .unseen_cases import UNSEEN_CASES

PARTS = {"early": CASES, "late": LATE_CASES, "everyday": EVERYDAY_CASES, "unseen": UNSEEN_CASES}
TABLE = [case for cases in PARTS.values() for case in cases]


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

    def judged(case: Case) -> list[str]:
        asked = SearchQuery(text=case.query, viewer=corpus.viewer(case.viewer), page_size=1000)
        answer = search("members", replace(asked, suggest=bool(case.suggestion)))
        found = [Found(hit.key, trades[hit.id]) for hit in answer.hits]
        return failures(case, found, everybody[case.viewer], answer.suggestion)

    everybody = {
        viewer: search("members", SearchQuery(viewer=corpus.viewer(viewer))).total
        for viewer in {case.viewer for case in cases}
    }
    return {case: wrong for case in cases if (wrong := judged(case))}


def test_table_is_answered_well_enough(people, request, record_property):
    name = request.node.callspec.params["engine"]
    wrong = mistakes(TABLE)
    score = 1 - len(wrong) / len(TABLE)
    parts = [
        f"of the {len(cases)} {part} ones {1 - len(wrong.keys() & set(cases)) / len(cases):.3f}"
        for part, cases in PARTS.items()
    ]
    told = [f"Relevance, {name}: {score:.3f} of {len(TABLE)} cases; {', '.join(parts)}"]
    told += [f"  « {case.query[:80]} » ({case.viewer}): {'; '.join(wrong[case])}" for case in wrong]
    record_property("relevance", "\n".join(told))
    assert score >= GOAL, "\n".join(told)


def test_cases_speak_of_people_of_the_corpus():
    known = {corpus.slugify(row["name"]) for row in corpus.people()}
    assert len(known) == len(corpus.people())
    assert len(known) >= 500
    assert set().union(*(case.people for case in TABLE)) - known == set()
    assert [case for case, times in Counter(TABLE).items() if times > 1] == []
    assert len(CASES) >= 120
    assert min(len(LATE_CASES), len(EVERYDAY_CASES), len(UNSEEN_CASES)) >= 40
