"""Missions with a hundred times the data: what each page, file, close and periodic job costs, and whether it grows.

Two worlds stand side by side in one database: a team with a handful of everything, and one whose mission has 5,000
applications. Each page is opened in both. Goal: not one query more in the large one. Times are of the processor
(`time.process_time`, the server's part of PostgreSQL left out), so that what else the machine does counts little;
« db » is how long the database took to answer, by the clock. `MEMBERS=` in the environment changes how many members
there are beside. With `python -m benchmarks missions --here` any DATABASE_URL serves, an empty one of PostgreSQL too.
"""

from __future__ import annotations

import gc
import logging
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from benchmarks.matching import open_missions, peak_memory
from benchmarks.missions_data import FEW, MANY, World, build
from community.clock.jobs import jobs
from community.models import Mail
from recruitment.actions.expiry import close_mission
from recruitment.enums import MissionOutcome
from recruitment.models import Application

MEMBERS = 100_000
PAGES = (
    ("list of missions", "visitor", "/missions/"),
    ("list of missions, searched", "visitor", "/missions/?q=designer&region=53&page=2"),
    ("mission", "visitor", "/missions/{mission}/"),
    ("mission", "candidate", "/missions/{mission}/"),
    ("mission", "recruiter", "/missions/{mission}/"),
    ("mission", "programme", "/missions/{mission}/"),
    ("Atom feed", "visitor", "/missions/flux.xml"),
    ("calendar", "visitor", "/missions/echeances.ics"),
    ("startup", "visitor", "/startups/{startup}/"),
    ("missions for me", "candidate", "/missions/pour-moi/"),
    ("saved missions", "candidate", "/missions/enregistrees/"),
    ("my applications", "candidate", "/mes-candidatures/"),
    ("my applications, page 2", "candidate", "/mes-candidatures/?page=2"),
    ("one of my applications", "candidate", "/mes-candidatures/{own}/"),
    ("my invitations", "candidate", "/mes-invitations/"),
    ("apply", "newcomer", "/missions/{mission}/postuler/"),
    ("who fits", "recruiter", "/missions/{mission}/profils/"),
    ("who fits, page 3", "recruiter", "/missions/{mission}/profils/?page=3"),
    ("board", "recruiter", "/missions/{mission}/candidatures/?vue=tableau"),
    ("list", "recruiter", "/missions/{mission}/candidatures/?vue=liste"),
    ("list by name, page 2", "recruiter", "/missions/{mission}/candidatures/?vue=liste&tri=nom&page=2"),
    ("list by rating", "recruiter", "/missions/{mission}/candidatures/?vue=liste&tri=-evaluation"),
    ("list, words looked for", "recruiter", "/missions/{mission}/candidatures/?vue=liste&q=e"),
    ("candidate", "recruiter", "/missions/{mission}/candidatures/{file}/"),
    ("candidate, by rating", "recruiter", "/missions/{mission}/candidatures/{file}/?tri=-evaluation"),
    ("four side by side", "recruiter", "/missions/{mission}/candidatures/comparer/?{four}"),
    ("ten together", "recruiter", "/missions/{mission}/candidatures/ensemble/?to=rejected&{ten}"),
    ("export, asked", "recruiter", "/missions/{mission}/candidatures/export/"),
    ("messages", "recruiter", "/candidatures/{file}/messages/"),
    ("notes", "recruiter", "/candidatures/{file}/notes/"),
    ("ratings", "recruiter", "/candidatures/{file}/notations/"),
    ("invitations of a mission", "recruiter", "/missions/{mission}/invitations/"),
    ("invite", "recruiter", "/membres/{outsider}/inviter/"),
    ("missions of a team", "lead", "/equipe/{startup}/missions/"),
    ("missions of a team, page 2", "lead", "/equipe/{startup}/missions/?page=2"),
    ("mission of a team", "lead", "/equipe/{startup}/missions/{number}/"),
    ("new mission", "lead", "/equipe/{startup}/missions/nouvelle/"),
    ("step: need", "lead", "/equipe/{startup}/missions/{number}/besoin/"),
    ("step: conditions", "lead", "/equipe/{startup}/missions/{number}/conditions/"),
    ("live counts", "lead", "/equipe/{startup}/missions/{number}/profils-possibles/"),
    ("to review", "staff", "/missions-a-relire/"),
    ("to review, page 2", "staff", "/missions-a-relire/?page=2"),
    ("review one", "staff", "/missions-a-relire/{waiting}/"),
    ("log of lists", "programme", "/rapprochement/journal/"),
    ("log of lists, page 20", "programme", "/rapprochement/journal/?page=20"),
    ("arrivals", "programme", "/arrivees/"),
)
"""What, as whom, at which address (`World.names`)."""


@dataclass
class Cost:
    """What was spent: queries, seconds of the processor, seconds the database took, and what was answered."""

    queries: int = 0
    cpu: float = 0.0
    database: float = 0.0
    size: int = 0

    def __str__(self) -> str:
        size = f", {self.size / 1024:.0f} kB" if self.size else ""
        return f"{self.queries} q, {self.cpu * 1000:.0f} ms, db {self.database * 1000:.0f} ms{size}"


def run(members: int | None = None) -> Iterator[tuple[str, str]]:
    """Fill, then open everything; yields what was measured and its figure. Raises `SystemExit` beyond the goal."""
    members = members or int(os.environ.get("MEMBERS", MEMBERS))
    # As in production: development keeps every query in memory.
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    # Each list that is opened writes a line, and each change of a member, who are not indexed here.
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)
    call_command("load_demo", members=members, verbosity=0)
    open_missions(random.Random(1))
    few, many = build(FEW, random.Random(2)), build(MANY, random.Random(3))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    call_command("search_rebuild", "missions", verbosity=0)
    gc.freeze()
    yield from measured(few, many)


def measured(few: World, many: World) -> Iterator[tuple[str, str]]:
    """The figures of two worlds that stand."""
    grown = []
    for what, who, path in PAGES:
        small, large = (_opened(world, who, path) for world in (few, many))
        yield f"{what} ({who})", f"{small}  →  {large}"
        if large.queries > small.queries:
            grown.append(f"{what} ({who}): {small.queries} → {large.queries}")
    yield from _afresh(many)
    yield from _files(few, many)
    yield from _jobs()
    yield from _closed(few, many)
    if grown:
        raise SystemExit("beyond the goal, more queries for more rows: " + "; ".join(grown))


def _client(world: World, who: str) -> Client:
    client = Client()
    if who != "visitor":
        client.force_login(getattr(world, who))
        session = client.session
        session["account_authentication_methods_user"] = str(getattr(world, who).pk)
        # They proved just now who they are.
        session["account_authentication_methods"] = [{"method": "mfa", "type": "forced", "at": time.time()}]
        session.save()
    return client


def _opened(world: World, who: str, path: str) -> Cost:
    client = _client(world, who)
    address = path.format(**world.names())
    # The second opening: the first writes what is written once a day, and reads templates.
    client.get(address)
    return spent(lambda: client.get(address))


def _afresh(world: World) -> Iterator[tuple[str, str]]:
    """What keeps something for a few minutes (`recruitment.matching.kept`), when nothing is kept yet."""
    for what, who, path in PAGES:
        if (what, who) in {("live counts", "lead"), ("mission", "recruiter")}:
            client, address = _client(world, who), path.format(**world.names())
            client.get(address)
            cache.clear()
            yield f"{what}, nothing kept yet ({who})", str(spent(lambda: client.get(address)))  # noqa: B023


def spent(action: Callable[[], Any]) -> Cost:
    """What an action costs; of an answer, its whole content. Raises `SystemExit` for one that is not a page."""
    cost = Cost()

    def counted(execute: Callable[..., Any], *query: Any) -> Any:
        cost.queries += 1
        begun = time.perf_counter()
        try:
            return execute(*query)
        finally:
            cost.database += time.perf_counter() - begun

    with connection.execute_wrapper(counted):
        begun = time.process_time()
        answer = action()
        if hasattr(answer, "status_code"):
            if answer.status_code != 200:
                raise SystemExit(f"{answer.request['PATH_INFO']}: {answer.status_code}")
            parts = answer.streaming_content if answer.streaming else [answer.content]
            cost.size = sum(len(part) for part in parts)
            answer.close()
        cost.cpu = time.process_time() - begun
    return cost


def _files(few: World, many: World) -> Iterator[tuple[str, str]]:
    for wanted in ("csv", "xlsx"):
        for world in (few, many):
            client = _client(world, "recruiter")
            address = f"/missions/{world.mission.slug}/candidatures/export/"
            client.post(address, {"format": wanted}).close()
            before = peak_memory(reset=True)
            cost = spent(lambda: client.post(address, {"format": wanted}))  # noqa: B023 # asked at once
            grown = peak_memory() - before
            yield f"export of {world.mission.applications.count()}, {wanted} (recruiter)", f"{cost}, {grown:.0f} MB"


def _jobs() -> Iterator[tuple[str, str]]:
    """What of the clock is recruitment's, first with something to do, then with nothing."""
    now = timezone.localtime().replace(hour=10, minute=0)
    for job in jobs():
        if not job.work.__module__.startswith("recruitment."):
            continue
        said: list[str] = []
        first = spent(lambda: said.append(job.work(now)))  # noqa: B023 # asked at once
        yield f"job {job.name}", f"{first}: {said[0]}"
        yield "  again", str(spent(lambda: job.work(now)))  # noqa: B023


def _closed(few: World, many: World) -> Iterator[tuple[str, str]]:
    """The close of a mission: one transaction, in which SQLite lets nobody else write."""
    for world in (few, many):
        waiting = Application.objects.pending().filter(mission=world.mission).count()
        before = Mail.objects.count()
        cost = spent(
            lambda: close_mission(world.mission, MissionOutcome.NEED_CHANGED, "Le besoin a changé.", by=world.lead)  # noqa: B023
        )
        yield f"close with {waiting} pending", f"{cost}, {Mail.objects.count() - before} mails"
        states = world.mission.applications.order_by().values_list("state").annotate(number=Count("pk"))
        yield "  then", ", ".join(f"{number} {state}" for state, number in sorted(states))
