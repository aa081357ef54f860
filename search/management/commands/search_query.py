"""Ask the index a question from the command line, for diagnosis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import api, registry
from search.analysis import fold
from search.declarations import Audience, Document, KeywordField, UnknownField, Viewer
from search.engines import EngineUnavailable
from search.query import SearchQuery, SearchResult

_TIERS = {audience.name.lower(): audience for audience in Audience}


class Command(BaseCommand):
    # A question is answered at once; `make lint` does the checking.
    requires_system_checks = []
    help = "Interroge l’index : search_query DOCUMENT « texte » --filter champ=valeur --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document")
        parser.add_argument("text", nargs="?", default="", metavar="texte")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="CHAMP=VALEUR",
            help="répétable ; la valeur enregistrée ou son libellé",
        )
        parser.add_argument("--sort", default="relevance", metavar="TRI")
        parser.add_argument("--page", type=int, default=1)
        parser.add_argument("--page-size", type=int, default=24)
        parser.add_argument("--audience", choices=list(_TIERS), default="public")
        parser.add_argument("--json", action="store_true", help="réponse lisible par une machine")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = registry.get(options["document"])
            viewer = Viewer(_TIERS[options["audience"]])
            query = SearchQuery(
                text=options["text"],
                filters=self._filters(document, options["filter"], viewer),
                facets=document.facet_names,
                sort=options["sort"],
                page=options["page"],
                page_size=options["page_size"],
                viewer=viewer,
            )
            result = api.search(document.name, query)
        except (registry.UnknownDocument, UnknownField) as error:
            raise CommandError(str(error), returncode=2) from None
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(result), ensure_ascii=False))
        else:
            self._tell(document, result)

    def _filters(self, document: Document, given: list[str], viewer: Viewer) -> dict[str, tuple[str, ...]]:
        filters: dict[str, tuple[str, ...]] = {}
        for one in given:
            name, equals, value = one.partition("=")
            if not equals:
                raise CommandError(f"« {one} » ne s’écrit pas CHAMP=VALEUR.", returncode=2)
            if document.computed_facet(name) is None:
                document.field(name)
            filters[name] = (*filters.get(name, ()), self._value(document, name, value, viewer))
        return filters

    def _value(self, document: Document, name: str, given: str, viewer: Viewer) -> str:
        """The stored value that was meant: itself, or the one whose label reads the same once folded."""
        if name not in document.facet_names:
            field = document.field(name)
            labels = field.labels if isinstance(field, KeywordField) else None
            known = list(labels.items()) if isinstance(labels, Mapping) else []
        else:
            query = SearchQuery(facets=(name,), viewer=viewer, page_size=1, suggest=False)
            known = [(value.value, value.label) for value in api.search(document.name, query).facets[name]]
        if any(value == given for value, _label in known):
            return given
        for value, label in known:
            if fold(given) in (fold(value), fold(str(label))):
                return str(value)
        return given

    def _tell(self, document: Document, result: SearchResult) -> None:
        self.stdout.write(f"{result.total} résultats en {result.took * 1000:.1f} ms")
        for hit in result.hits:
            self.stdout.write(f"  {hit.score:10.3f}  {hit.key}")
        if result.suggestion:
            self.stdout.write(f"Essayez avec « {result.suggestion} »")
        for name, values in result.facets.items():
            told = ", ".join(f"{value.label} ({value.count})" for value in values[:12])
            self.stdout.write(f"{document.facet_label(name)} : {told}")


def _as_json(result: SearchResult) -> dict[str, Any]:
    return {
        "total": result.total,
        "hits": [{"id": hit.key, "score": hit.score} for hit in result.hits],
        "facets": {
            name: [{"value": value.value, "count": value.count} for value in values]
            for name, values in result.facets.items()
        },
    }
