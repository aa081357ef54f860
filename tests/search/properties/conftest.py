"""Worlds of a test, built on an engine of its own."""

from collections.abc import Sequence
from random import Random

import pytest

from search.breaker import GuardedEngine

from .worlds import World, declare, populate


@pytest.fixture
def engine(engine):
    """The engine without its breaker: every failure is seen, and none hides another."""
    return engine.inner if isinstance(engine, GuardedEngine) else engine


@pytest.fixture
def build(engine):
    """Write and index a random world; the same seed gives the same one."""

    def built(seed: int, number: int = 60, **made_of: Sequence[str]) -> World:
        chance = Random(seed)
        document = declare(chance)
        populate(chance, number, **made_of)
        engine.rebuild(document)
        return World(document)

    return built
