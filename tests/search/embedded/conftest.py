"""What concerns the embedded engine alone."""

import pytest

from search.engines import get_engine


@pytest.fixture
def engine(settings, tmp_path, db):
    """The embedded engine with nothing built, in a place of its own."""
    settings.ELASTICSEARCH_URL = ""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    return get_engine()
