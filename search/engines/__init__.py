"""Which engine answers is decided by the settings, here and nowhere else."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from .base import Engine, EngineUnavailable, Health, IndexMissing

__all__ = ["Engine", "EngineUnavailable", "Health", "IndexMissing", "get_engine"]

_engine: Engine | None = None
_making = threading.Lock()


def get_engine() -> Engine:
    """The engine of this process. Raises `ImproperlyConfigured`."""
    global _engine
    if _engine is None:
        # Two engines would be two guards, of which each sees half of the failures.
        with _making:
            if _engine is None:
                _engine = _guarded_elasticsearch() if getattr(settings, "ELASTICSEARCH_URL", "") else _embedded()
    return _engine


def _guarded_elasticsearch() -> Engine:
    from ..breaker import GuardedEngine

    return GuardedEngine(_elasticsearch())


def _elasticsearch() -> Engine:
    from .elastic import Connection, ElasticsearchEngine

    return ElasticsearchEngine(Connection.from_settings())


def _embedded() -> Engine:
    from .embedded import EmbeddedEngine

    return EmbeddedEngine(Path(settings.SEARCH_INDEX_DIR))


@receiver(setting_changed, dispatch_uid="search.engines")
def _forget(*, setting: str, **kwargs: Any) -> None:
    global _engine
    if setting in {"ELASTICSEARCH_URL", "ELASTICSEARCH_OPTIONS", "SEARCH_INDEX_DIR", "SEARCH_INDEX_PREFIX"}:
        _engine = None
