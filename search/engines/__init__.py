"""Which engine answers is decided by the settings, here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver

from .base import Engine, EngineUnavailable, Health, IndexMissing

__all__ = ["Engine", "EngineUnavailable", "Health", "IndexMissing", "get_engine"]

_engine: Engine | None = None


def get_engine() -> Engine:
    """The engine of this process. Raises `ImproperlyConfigured`."""
    global _engine
    if _engine is None:
        if getattr(settings, "ELASTICSEARCH_URL", ""):
            raise ImproperlyConfigured(
                "ELASTICSEARCH_URL est renseignée, mais le moteur Elasticsearch n’est pas encore disponible "
                "dans cette version : laissez-la vide pour utiliser le moteur embarqué."
            )
        from .embedded import EmbeddedEngine

        _engine = EmbeddedEngine(Path(settings.SEARCH_INDEX_DIR))
    return _engine


@receiver(setting_changed, dispatch_uid="search.engines")
def _forget(*, setting: str, **kwargs: Any) -> None:
    global _engine
    if setting in {"ELASTICSEARCH_URL", "SEARCH_INDEX_DIR"}:
        _engine = None
