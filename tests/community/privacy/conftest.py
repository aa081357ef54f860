"""What the tests of people’s rights share."""

import pytest
from django.core.files.storage import default_storage, storages

from tests.community.privacy.traces import stored


@pytest.fixture(autouse=True)
def erasure_list(settings, tmp_path):
    """Each test has a list of erasures of its own; gives its path."""
    settings.ERASURE_LIST = str(tmp_path / "erasures.txt")
    return tmp_path / "erasures.txt"


@pytest.fixture(autouse=True)
def no_file_of_another_test():
    """The storage of tests is one for the whole run."""
    for storage in (default_storage, storages["private"]):
        for name in stored(storage=storage):
            storage.delete(name)
