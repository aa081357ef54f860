"""How the search is, and the words in which any app says how it is.

An app has a `health.py` with a function `checks`, which gives its `Check`s: whoever shows them finds them by it.
What a check tells machines is public: numbers and states, nobody's name, no content of a row.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from . import breaker
from .engines import get_engine
from .models import OutboxEntry, RefusedRow

_LATE = 60.0
"""Seconds after which a change that the index does not have is late."""


class State(enum.StrEnum):
    """From best to worst. « degraded »: the site works, but not as it should; « down »: it does not."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True)
class Finding:
    """What a check found.

    `told` and `remedy` are in French, for the staff: what it means, and what to do about it.
    `facts`: for machines, ready for JSON. `since`: when it began, where that is known. `lines`: more for the staff, in
    French, a line each.
    """

    state: State
    told: str
    remedy: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Check:
    """Something to look at. `name`: for machines. `label`: in French. `vital`: without it the site does not work.

    `run` may raise, or take its time: whoever runs it sees to both.
    """

    name: str
    label: str
    run: Callable[[], Finding]
    vital: bool = False


def checks() -> list[Check]:
    """The engine, the changes that wait for it, the rows that it refused."""
    return [
        Check("engine", "Moteur de recherche", engine),
        Check("outbox", "Changements en attente d’indexation", outbox),
        Check("refused", "Fiches mises de côté", refused),
    ]


def engine() -> Finding:
    """Whether the engine answers, what it holds, and whether this process asks it at all."""
    used = get_engine()
    health = used.health()
    guard = breaker.state_of(used)
    facts: dict[str, Any] = {"name": health.engine, "rows": health.rows, "breaker": None}
    if guard is not None:
        facts["breaker"] = {"state": guard.name, "retry_in_seconds": round(guard.retry_in, 1)}
    since = guard.since if guard is not None else None
    missing = [name for name, rows in health.rows.items() if rows is None]
    if health.ok and (guard is None or guard.name == "closed"):
        return Finding(State.OK, f"Le moteur {health.engine} répond.", facts=facts)
    if health.ok:
        return Finding(
            State.DEGRADED,
            f"Le moteur {health.engine} répond de nouveau ; les recherches y retournent dans un instant.",
            facts=facts,
            since=since,
        )
    if missing and len(missing) < len(health.rows):
        return Finding(
            State.DEGRADED,
            f"Il manque un index : {', '.join(missing)}. Ces listes viennent de la base, sans recherche avancée.",
            f"Lancez : python manage.py search_rebuild {' '.join(missing)}",
            facts,
            since,
        )
    return Finding(
        State.DEGRADED,
        f"Le moteur {health.engine} ne répond pas, ou n’a encore aucun index. Les listes viennent de la base, sans "
        f"recherche avancée. {health.detail}".strip(),
        "Vérifiez que le serveur de recherche tourne ; s’il n’a pas d’index, lancez : python manage.py search_rebuild",
        facts,
        since,
    )


def outbox() -> Finding:
    """How far the index is behind the database."""
    now = timezone.now()
    entries = OutboxEntry.objects.aggregate(pending=Count("pk"), oldest=Min("created"))
    postponed = OutboxEntry.objects.filter(not_before__gt=now).aggregate(count=Count("pk"), next=Min("not_before"))
    age = (now - entries["oldest"]).total_seconds() if entries["oldest"] else 0.0
    facts = {
        "pending": entries["pending"],
        "oldest_seconds": round(age, 1),
        "postponed": postponed["count"],
        "next_attempt": postponed["next"] and postponed["next"].isoformat(timespec="seconds"),
    }
    if not entries["pending"]:
        return Finding(State.OK, "L’index est à jour.", facts=facts)
    told = f"{entries['pending']} changements ne sont pas encore dans l’index."
    if age <= _LATE:
        return Finding(State.OK, told, facts=facts, since=entries["oldest"])
    return Finding(
        State.DEGRADED,
        f"{told} Rien n’est perdu : ils sont réessayés d’eux-mêmes, de moins en moins souvent tant que le moteur "
        "ne répond pas, et tous dès qu’il répond.",
        "Pour ne pas attendre : « Réessayer maintenant », ou python manage.py search_drain",
        facts,
        entries["oldest"],
    )


def refused() -> Finding:
    """How many rows the index could not hold."""
    found = RefusedRow.objects.order_by("document").values("document").annotate(count=Count("pk"), since=Min("since"))
    counts = {row["document"]: row["count"] for row in found}
    if not counts:
        return Finding(State.OK, "Aucune fiche n’est mise de côté.", facts=counts)
    return Finding(
        State.DEGRADED,
        f"{sum(counts.values())} fiches n’ont pas pu être indexées : elles ne sont pas trouvées par la recherche.",
        "Corrigez la fiche, ou prévenez l’équipe technique ; une fiche enregistrée de nouveau est réessayée aussitôt.",
        counts,
        min(row["since"] for row in found),
    )
