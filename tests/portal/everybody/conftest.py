"""One database for the checks of the whole portal, planted once for each of their modules."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from tests.portal.everybody.world import World, plant


@pytest.fixture(scope="module")
def _planted(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[World, Path]]:
    """The rows, taken away with the module, and where their index is."""
    directory = tmp_path_factory.mktemp("everybody")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        world = plant()
        with override_settings(SEARCH_INDEX_DIR=directory, ELASTICSEARCH_URL=""):
            call_command("search_rebuild", verbosity=0)
        yield world, directory


@pytest.fixture
def world(_planted, db, settings) -> World:
    """Everybody, with an index of what they planted. What a test changes is taken back."""
    planted, directory = _planted
    settings.SEARCH_INDEX_DIR = directory
    settings.ELASTICSEARCH_URL = ""
    # Proofs are given once for the whole module, which takes a slow machine longer than they hold.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600
    # Files of tests are in memory: they cannot be read from a disk, only led to.
    settings.WAGTAILDOCS_SERVE_METHOD = "redirect"
    cache.clear()
    return planted
