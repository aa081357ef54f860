"""What a second run on another database leaves out: a plugin of pytest, which `test_on_postgresql` gives to it.

One rule: what asks for rows runs there too, unless it opens pages with a client and commits nothing. Pages are opened
by `everybody/test_matrix.py`, every one by every kind of person, and posted to by `everybody/test_hostile_forms.py`.
"""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what the rule leaves out."""
    config.hook.pytest_deselected(items=[item for item in items if not _is_about_rows(item)])
    items[:] = [item for item in items if _is_about_rows(item)]


def _is_about_rows(item: pytest.Item) -> bool:
    database = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    if "transactional_db" in fixtures or (database and database.kwargs.get("transaction")):
        return True
    return (database is not None or "db" in fixtures) and "client" not in fixtures
