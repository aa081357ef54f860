"""What the search says of itself, to machines and to the staff."""

from datetime import timedelta

import pytest
from django.utils import timezone

from search import breaker, draining, engines, health, outbox, refused, registry
from search.breaker import GuardedEngine
from search.engines import EngineUnavailable
from search.health import State
from search.models import OutboxEntry

from .library.models import Author


@pytest.fixture
def everything(library):
    """An index for every document, one author in it, and nothing that waits."""
    library.author("Awa Diop")
    library.build(*[document.name for document in registry.all()])
    OutboxEntry.objects.all().delete()
    return library


def test_all_is_well(everything):
    assert [check.run().state for check in health.checks()] == [State.OK] * 3
    assert [check.name for check in health.checks()] == ["engine", "outbox", "refused"]
    assert health.engine().facts["rows"]["authors"] == 1
    assert health.outbox().facts == {"pending": 0, "oldest_seconds": 0.0, "postponed": 0, "next_attempt": None}
    assert health.refused().facts == {}


def test_index_that_is_missing_is_named_with_what_to_do(library):
    library.build("authors")
    found = health.engine()
    assert found.state is State.DEGRADED
    assert (found.facts["rows"]["authors"], found.facts["rows"]["books"]) == (0, None)
    assert "books" in found.told
    assert found.remedy.startswith("Lancez : python manage.py search_rebuild ")
    assert "authors" not in found.remedy


def test_change_that_waits_is_late_after_a_minute(everything):
    Author.objects.create(name="Bruno Roux", slug="bruno-roux")
    assert health.outbox().state is State.OK
    assert health.outbox().facts["pending"] == 1
    moment = timezone.now() + timedelta(minutes=4)
    OutboxEntry.objects.update(created=timezone.now() - timedelta(minutes=5), not_before=moment)
    found = health.outbox()
    assert (found.state, found.since) == (State.DEGRADED, OutboxEntry.objects.get().created)
    assert 300 <= found.facts["oldest_seconds"] < 400
    assert found.facts["postponed"] == 1
    assert found.facts["next_attempt"] == moment.isoformat(timespec="seconds")


def test_refused_rows_are_counted_and_neither_named_nor_explained_to_machines(everything):
    author = Author.objects.get()
    refused.set_aside(registry.get("authors"), {author.pk: "ValueError: Awa Diop", 7: "x"})
    refused.set_aside(registry.get("books"), {7: "x"})
    found = health.refused()
    assert found.state is State.DEGRADED
    assert found.facts == {"authors": 2, "books": 1}
    assert "Awa" not in f"{found.facts}{found.told}"


class Dead:
    """An engine elsewhere that is down."""

    def is_built(self, document):
        raise EngineUnavailable("connection refused")

    search = autocomplete = index = delete = is_built

    def health(self):
        return engines.Health(False, "distant", {document.name: None for document in registry.all()}, "refused")


def test_dead_engine_is_told_with_its_breaker_and_since_when(db, clock, monkeypatch):
    dead = GuardedEngine(Dead(), clock=clock)
    monkeypatch.setattr(engines, "_engine", dead)
    found = health.engine()
    assert found.state is State.DEGRADED
    assert found.facts["breaker"] == {"state": "closed", "retry_in_seconds": 0.0}
    for _ in range(2):
        with pytest.raises(EngineUnavailable):
            dead.search([])
    found = health.engine()
    assert found.facts["breaker"]["state"] == "open"
    assert 0 < found.facts["breaker"]["retry_in_seconds"] <= 2
    assert found.since == breaker.state_of(dead).since
    assert "refused" not in str(found.facts)


def test_row_set_aside_of_a_document_that_is_no_more_is_forgotten(everything):
    refused.set_aside(registry.get("authors"), {1: "x"})
    from search.models import RefusedRow

    RefusedRow.objects.update(document="gone")
    draining.make_due()
    assert (RefusedRow.objects.count(), outbox.pending()) == (0, 0)
