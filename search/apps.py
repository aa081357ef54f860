from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    """Finding things: the engine port, its engines, French analysis, and an index that loses no update."""

    name = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        from . import checks, outbox, tending

        autodiscover_modules("documents")
        register(checks.engine_settings)
        outbox.connect()
        tending.connect()
