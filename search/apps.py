from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    """Finding things: the engine port, its engines, French analysis, and an index that loses no update."""

    name = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        from . import outbox, tending

        autodiscover_modules("documents")
        outbox.connect()
        tending.connect()
