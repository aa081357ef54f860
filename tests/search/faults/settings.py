"""What the processes of the fault tests run under: the search and the library alone, so that they start at once.

Where their database, their index and their server are, each is told when it starts (`agent.py`).
"""

import os

for _name, _value in {
    "DATABASE_URL": "sqlite:////nowhere/unset.sqlite3",
    "SEARCH_INDEX_DIR": "/nowhere/unset",
    "ELASTICSEARCH_URL": "",
    "TEST_ELASTICSEARCH_URL": "",
}.items():
    os.environ[_name] = _value

from portal.settings.test import *  # noqa: E402, F403

INSTALLED_APPS = ["search", "tests.search.library"]
