"""What the tests of the community share."""

import pytest

from search import registry
from search.engines import get_engine


@pytest.fixture
def index(db):
    """Build the indices of the directory from the rows of the moment; call it again after a change."""

    def build(*names: str) -> None:
        for name in names or ("members", "startups"):
            get_engine().rebuild(registry.get(name))

    return build
