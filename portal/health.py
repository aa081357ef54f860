"""How the portal is: `/sante/` for machines, a page of the editors' space for the staff.

`/sante/` answers 503 when something vital is down (the database), and 200 otherwise: with a dead engine or an index
that is behind, the site goes on working, and taking it out of service would help nobody. Its `status` says `degraded`
then; whoever wants to be woken for that goes by it. It asks for no session and no account, so that it answers when the
database does not.

Own code rather than django-health-check 4.8, whose checks know « OK » and an error alone and tell no figure.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.module_loading import module_has_submodule
from django.utils.text import capfirst
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from community.actions.roles import is_of_programme
from portal.site_search.kinds import KINDS
from search import draining, registry, tending
from search.health import Check, Finding, State
from search.models import RefusedRow

logger = logging.getLogger(__name__)

_SECONDS = 2.0
"""How long all checks together may take; what has not answered by then is told to be silent."""
_WORST = {State.OK: 0, State.DEGRADED: 1, State.DOWN: 2}
_REFUSED_SHOWN = 100


def checks() -> list[Check]:
    """The database."""
    return [Check("database", "Base de données", database, vital=True)]


def database() -> Finding:
    """Whether the database answers. Raises `DatabaseError`."""
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    milliseconds = round((time.monotonic() - started) * 1000, 1)
    return Finding(State.OK, "La base répond.", facts={"vendor": connection.vendor, "milliseconds": milliseconds})


# Finding and running ---------------------------------------------------------


def every_check() -> list[Check]:
    """What the apps want looked at: the functions `checks` of their modules `health`."""
    found: list[Check] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "health"):
            offered = getattr(import_module(f"{config.name}.health"), "checks", None)
            found += offered() if offered is not None else []
    return found


class _Run(threading.Thread):
    """One run of a check, in a thread of its own that may be left behind if what it asks never answers."""

    def __init__(self, check: Check) -> None:
        super().__init__(name=f"health-{check.name}", daemon=True)
        self.check = check
        self.finding: Finding | None = None

    def run(self) -> None:
        try:
            self.finding = self.check.run()
        except Exception:
            logger.warning("The health check « %s » failed", self.check.name, exc_info=True)
            self.finding = _failed(self.check, "La vérification a échoué ; les journaux disent pourquoi.")
        finally:
            connections.close_all()


_runs: dict[str, _Run] = {}
_guard = threading.Lock()


def findings(checks: Iterable[Check] | None = None, seconds: float = _SECONDS) -> list[tuple[Check, Finding]]:
    """Run the checks (every one) side by side. Takes no longer than `seconds`, whatever hangs."""
    runs = [_running(check) for check in (every_check() if checks is None else checks)]
    until = time.monotonic() + seconds
    for run in runs:
        run.join(max(0.0, until - time.monotonic()))
    silent = "Pas de réponse à temps."
    return [(run.check, run.finding or _failed(run.check, silent)) for run in runs]


def _running(check: Check) -> _Run:
    """A run of this check: the one under way, so that a thing that hangs holds one thread and not one per question."""
    with _guard:
        run = _runs.get(check.name)
        if run is None or not run.is_alive():
            run = _runs[check.name] = _Run(check)
            run.start()
        return run


def _failed(check: Check, told: str) -> Finding:
    return Finding(State.DOWN if check.vital else State.DEGRADED, told)


def worst(states: Iterable[State]) -> State:
    """The worst of several states."""
    return max(states, key=_WORST.__getitem__, default=State.OK)


# For machines ----------------------------------------------------------------


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """`{"status": …, "checks": {name: {"status": …, …facts}}}`. Never cached, open to all, the same for all."""
    found = findings()
    state = worst(finding.state for _check, finding in found)
    told = {check.name: {"status": finding.state, **_facts(finding)} for check, finding in found}
    response = JsonResponse({"status": state, "checks": told}, status=503 if state is State.DOWN else 200)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _facts(finding: Finding) -> dict[str, Any]:
    since = finding.since and finding.since.isoformat(timespec="seconds")
    return {**finding.facts, **({"since": since} if since else {})}


# For the staff ---------------------------------------------------------------


class HealthView(WagtailAdminTemplateMixin, TemplateView):
    """The same facts in words: what each means, since when, what to do; and a button that tries again at once."""

    page_title = "Santé"
    header_icon = "circle-check"
    template_name = "portal/health.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Where one is, in the header."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Raises `PermissionDenied`."""
        if not is_of_programme(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`found`: checks, findings, `IndexRows`. `refused`: what was set aside; `more`: how many others."""
        found = [(check, finding, _index_rows(finding)) for check, finding in findings()]
        rows = list(RefusedRow.objects.order_by("since", "pk")[:_REFUSED_SHOWN])
        return super().get_context_data(
            found=found,
            state=worst(finding.state for _check, finding, _rows in found),
            refused=_with_objects(rows),
            more=RefusedRow.objects.count() - len(rows),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Try again all that waits, and what was set aside."""
        draining.make_due()
        finished = tending.hurry()
        left = draining.pending()
        if not left:
            # Wagtail's green is too pale to be read by everybody.
            messages.info(request, "L’index est à jour.")
        elif finished:
            messages.warning(request, f"{left} changements attendent encore : le moteur ne les a pas pris.")
        else:
            messages.info(request, f"L’indexation est en cours : encore {left} changements.")
        return HttpResponseRedirect(reverse("health_for_staff"))


def label_of(document: str) -> str:
    """What people call the rows of a document: the kinds of the site-wide search, else the name of the model."""
    found = next((kind.label for kind in KINDS.values() if kind.document_name == document), "")
    known = next((one for one in registry.all() if one.name == document), None)
    return found or (capfirst(str(known.model._meta.verbose_name_plural)) if known else document)


@dataclass(frozen=True)
class IndexRows:
    """How much one index holds. `name`: the technical one, for commands. `count`: None unless it can be read."""

    label: str
    name: str
    count: int | None


def _index_rows(finding: Finding) -> list[IndexRows]:
    return [IndexRows(label_of(name), name, count) for name, count in finding.facts.get("rows", {}).items()]


@dataclass(frozen=True)
class SetAside:
    """A row that the index refused. `object`: the instance that it is about, None when there is none any more."""

    row: RefusedRow
    object: Any
    label: str


def _with_objects(rows: list[RefusedRow]) -> list[SetAside]:
    models = {document.name: document.model for document in registry.all()}
    instances: dict[tuple[str, int], Any] = {}
    for name in {row.document for row in rows} & models.keys():
        wanted = [row.row for row in rows if row.document == name]
        instances |= {(name, pk): one for pk, one in models[name]._base_manager.in_bulk(wanted).items()}
    return [SetAside(row, instances.get((row.document, row.row)), label_of(row.document)) for row in rows]
