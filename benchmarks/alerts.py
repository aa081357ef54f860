"""Alerts: 10,000 saved searches and 5,000 people who look, the morning after 200 missions were published."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from community.actions.alerts import look_for_news, tell_at_once
from community.actions.digests import make_digests
from community.days import today
from community.enums import Domain, Engagement, MailFrequency, Remote
from community.listing import alerts as searches
from community.mail.periods import period_end
from community.models import Finding, Mail, Member, MemberSkill, SavedSearch, Skill, Startup, User
from community.models.saved_search import digest_of
from community.regions import Region
from recruitment.actions import alerts as matches
from recruitment.enums import MissionState
from recruitment.models import Mission

SEARCHES = 10_000
PEOPLE = 5_000
MISSIONS = 200
OLDER = 1_800
SKILLS = 300
TITLES = ("Développeuse", "Designer", "Chargé de déploiement", "Data engineer", "Coach produit")
WORDS = ("carte", "école", "santé", "justice", "forêt", "emploi", "logement")


def run() -> Iterator[tuple[str, str]]:
    """Yield (what was measured, figure)."""
    # As in production: development keeps every query in memory.
    settings.DEBUG = False
    call_command("migrate", verbosity=0)
    now = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    asked = _fill(random.Random(1), now)
    call_command("search_rebuild", "missions", verbosity=0)

    yield f"{SEARCHES} daily searches, {asked} distinct questions, {MISSIONS} new missions", ""
    yield from _told("  searches looked at", lambda: searches.look(MailFrequency.DAILY, now))
    yield "  found", str(Finding.objects.count())
    yield from _told(f"{PEOPLE} profiles compared with them", lambda: matches.look(MailFrequency.DAILY, now))
    yield "  found in all", str(Finding.objects.count())
    yield from _told("digests written", lambda: make_digests(now))
    yield "  mails", str(Mail.objects.count())
    yield from _told("the same pass again, with nothing to do", lambda: _pass(now))
    SavedSearch.objects.update(alerts=MailFrequency.AT_ONCE)
    yield from _told(f"{SEARCHES} searches at once, nothing new", lambda: _pass(now))


def _pass(now: datetime) -> None:
    look_for_news(now)
    tell_at_once(now)
    make_digests(now)


def _told(what: str, action: Callable[[], object]) -> Iterator[tuple[str, str]]:
    count = 0

    def counted(execute: Callable[..., Any], *query: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*query)

    with connection.execute_wrapper(counted):
        start = time.perf_counter()
        action()
        spent = time.perf_counter() - start
    yield f"{what} (s)", f"{spent:.2f}"
    yield "  queries to the database", str(count)


@transaction.atomic
def _fill(draw: random.Random, now: datetime) -> int:
    """The rows; gives how many distinct questions the searches ask."""
    long_ago = now - timedelta(days=90)
    startups = [Startup(slug=f"s{n}", name=f"Startup {n}") for n in range(200)]
    Startup.objects.bulk_create(startups)
    skills = [Skill(slug=f"outil-{n}", name=f"Outil {n}") for n in range(SKILLS)]
    Skill.objects.bulk_create(skills)
    end = period_end(MailFrequency.DAILY, now)
    missions = [
        Mission(
            slug=f"m{n}",
            startup=draw.choice(startups),
            title=draw.choice(("Développeuse", "Designer", "Chargé de déploiement", "Data engineer", "Coach produit")),
            summary=" ".join(
                draw.choices(("carte", "école", "santé", "justice", "forêt", "emploi", "logement"), k=12)
            ),
            domain=draw.choice(Domain.values),
            engagement=draw.choice(Engagement.values),
            region=draw.choice(Region.values),
            remote=draw.choice(Remote.values),
            state=MissionState.OPEN,
            published_at=end - timedelta(hours=draw.uniform(0.5, 23)) - timedelta(days=3 if n >= MISSIONS else 0),
            expires_on=today() + timedelta(days=50),
        )
        for n in range(MISSIONS + OLDER)
    ]
    Mission.objects.bulk_create(missions)
    Mission.required_skills.through.objects.bulk_create(
        Mission.required_skills.through(mission_id=mission.pk, skill_id=skill.pk)
        for mission in missions
        for skill in draw.sample(skills, 4)
    )
    users = [User(email=f"p{n}@exemple.fr", date_joined=long_ago, last_login=long_ago) for n in range(PEOPLE)]
    User.objects.bulk_create(users)
    members = [
        Member(
            slug=f"p.{n}",
            full_name=f"Personne {n}",
            user=user,
            domain=draw.choice(Domain.values),
            role=draw.choice(TITLES),
            is_looking=True,
            availability_confirmed_at=today(),
        )
        for n, user in enumerate(users)
    ]
    Member.objects.bulk_create(members)
    MemberSkill.objects.bulk_create(
        MemberSkill(member=member, skill=skill) for member in members for skill in draw.sample(skills, 3)
    )
    return _save_searches(draw, users, skills, end)


def _save_searches(draw: random.Random, users: list[User], skills: list[Skill], end: datetime) -> int:
    rows: dict[tuple[int, str], SavedSearch] = {}
    while len(rows) < SEARCHES:
        user = users[len(rows) // 2 % PEOPLE]
        asked: dict[str, list[str]] = {"domain": [draw.choice(Domain.values)]}
        if draw.random() < 0.5:
            asked["region"] = [draw.choice(Region.values)]
        if draw.random() < 0.5:
            asked["skills"] = [draw.choice(skills).slug]
        if draw.random() < 0.3:
            asked["q"] = [draw.choice((*WORDS, *TITLES))]
        digest = digest_of(asked)
        rows[user.pk, digest] = SavedSearch(
            user=user,
            name="Recherche",
            document="missions",
            digest=digest,
            parameters=asked,
            alerts=MailFrequency.DAILY,
            alerts_since=end - timedelta(days=1),
            looked_until=end - timedelta(days=1),
        )
    SavedSearch.objects.bulk_create(rows.values(), batch_size=500)
    return len({digest for _user, digest in rows})
