"""What the tests of the missions' pages share."""

import pytest

from search import engines, registry


@pytest.fixture
def indexed():
    """Index the missions that are in the database now."""

    def build():
        engines.get_engine().rebuild(registry.get("missions"))

    return build


@pytest.fixture
def count_queries(django_assert_max_num_queries):
    """How many queries a call makes."""

    def count(call):
        with django_assert_max_num_queries(10_000) as captured:
            call()
        return len(captured)

    return count
