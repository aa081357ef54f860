"""What the tests of people’s rights share."""

import pytest


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    """Each test has a list of erasures of its own; gives its path."""
    settings.ERASURE_LIST = str(tmp_path / "erasures.txt")
    return tmp_path / "erasures.txt"
