"""What a second run on another database leaves out: a plugin of pytest, which `test_on_postgresql` gives to it.

One rule: what asks for rows runs there too, unless it opens pages with a client and commits nothing. Pages are opened
by `everybody/test_matrix.py`, as the kinds of person who come to every one between them, and posted to by
`everybody/test_hostile_forms.py`.
"""

import pytest

COME_EVERYWHERE = {"candidate", "own_team", "administrator"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what the rule leaves out."""
    config.hook.pytest_deselected(items=[item for item in items if not _is_about_rows(item)])
    items[:] = [item for item in items if _is_about_rows(item)]


def _is_about_rows(item: pytest.Item) -> bool:
    asked = item.callspec.params if hasattr(item, "callspec") else {}
    if "in_full" in asked and asked["role"] not in COME_EVERYWHERE:
        return False
    database = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    if "transactional_db" in fixtures or (database and database.kwargs.get("transaction")):
        return True
    return (database is not None or "db" in fixtures) and "client" not in fixtures
