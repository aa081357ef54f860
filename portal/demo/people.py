"""Members of the demonstration, before they are rows: who they are, what they did, what they look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zlib import crc32

from django.utils import timezone

from community.enums import Domain, Engagement, MemberStatus, Remote, Seniority, StintStatus, Visibility
from community.models import Member, Stint
from portal.demo import tables, trades
from portal.demo.prose import biography
from portal.demo.slugs import SlugBook, readable
from portal.demo.structures import ORGANISATION_NAMES, StartupPlan

# Of a hundred members.
_STATUSES = (
    (MemberStatus.ACTIVE, 45),
    (MemberStatus.FORMER, 32),
    (MemberStatus.CANDIDATE, 19),
    (MemberStatus.UPCOMING, 4),
)
_SENIORITIES = ((Seniority.JUNIOR, 22), (Seniority.CONFIRMED, 38), (Seniority.SENIOR, 32), (Seniority.EXPERT, 8))
_YEARS = {
    Seniority.JUNIOR: (1, 2),
    Seniority.CONFIRMED: (3, 6),
    Seniority.SENIOR: (7, 15),
    Seniority.EXPERT: (12, 25),
}
# Euros a day, excluding tax.
_FLOORS = {
    Seniority.JUNIOR: (300, 400),
    Seniority.CONFIRMED: (380, 520),
    Seniority.SENIOR: (480, 650),
    Seniority.EXPERT: (600, 800),
}
_REMOTES = (Remote.NONE, Remote.PARTIAL, Remote.PARTIAL, Remote.PARTIAL, Remote.FULL, Remote.FULL, "", "")
_DAYS = (None, None, 2, 2.5, 3, 3, 4, 4, 4, 5, 5, 5, 5)

# Profiles that visitors will look for: there are some of each, whatever the seed.
_PLANTED = (("django", "11"), ("ux", "53"), ("data-science", "11"))
_PLANTED_EVERY = 15
# One in so many has not said for long that their availability is right.
_AGED_EVERY = 12
# Two different people may have one name; with many members chance adds its own.
_NAMESAKE_EVERY = 80


def _said_days_ago(slug: str) -> int:
    """How long ago a person last said that their availability is right; no draw, which would move all that follow."""
    number = crc32(slug.encode())
    return 120 if number % _AGED_EVERY == 0 else number % 25


@dataclass
class MemberPlan:
    """A member with all that hangs on them; startups, teams and incubators are told by their place in the lists."""

    row: Member
    feminine: bool
    # Names of skills with a level or none.
    skills: list[tuple[str, int | None]]
    engagements: list[Engagement] = field(default_factory=list)
    stints: list[tuple[Stint, tuple[int, ...]]] = field(default_factory=list)
    incubator: int | None = None
    team: int | None = None
    hidden_from_startup: int | None = None
    hidden_from_organisation: int | None = None


class People:
    """Draws members one after the other. The same generator, lists and day give the same people."""

    def __init__(
        self, rng: Random, day: date, startups: list[StartupPlan], slugs: SlugBook, *, incubators: int, teams: int
    ):
        self.rng, self.day, self.startups, self.slugs = rng, day, startups, slugs
        self.incubators, self.teams = incubators, teams
        self.alive = [number for number, plan in enumerate(startups) if plan.is_active]
        self.by_specialty: dict[str, list[int]] = {}
        for number in self.alive:
            self.by_specialty.setdefault(startups[number].specialty, []).append(number)
        self._led = 0
        self._number = 0
        self._names: list[tuple[str, str, bool]] = []
        self._statuses = _weighted(_STATUSES)
        self._seniorities = _weighted(_SENIORITIES)
        self._domains = _weighted(tuple(trades.DOMAIN_WEIGHTS.items()))
        self._specialties = {
            domain: _weighted(tuple((row, trades.SPECIALTY_WEIGHTS.get(row.key, 10)) for row in rows))
            for domain, rows in trades.SPECIALTIES.items()
        }
        self._noon = timezone.make_aware(datetime.combine(day, time(12)))

    def draw(self) -> MemberPlan:
        """The next member."""
        rng = self.rng
        self._number += 1
        first, last, feminine = self._name()
        domain = self._pick(self._domains)
        specialty = self._pick(self._specialties[domain])
        region, commune = self._place()
        status = self._pick(self._statuses)
        if self._number % _PLANTED_EVERY == 3:
            key, region = _PLANTED[self._number // _PLANTED_EVERY % len(_PLANTED)]
            domain, specialty = trades.specialty_of(key)
            commune = rng.choice(tables.places().communes[region])
            if status == MemberStatus.CANDIDATE:
                status = MemberStatus.ACTIVE
        if status == MemberStatus.CANDIDATE and domain in (Domain.INTRAPRENARIAT, Domain.ATTRIBUTAIRE):
            # One becomes either by working in the network.
            status = MemberStatus.FORMER
        seniority = self._pick(self._seniorities)
        member = Member(
            slug=self.slugs.give(f"{readable(first)}.{readable(last)}"),
            full_name=f"{first} {last}",
            role=rng.choice(specialty.titles)[0 if feminine else 1],
            domain=domain,
            region=region,
            commune=commune,
            remote=rng.choice(_REMOTES),
            seniority=seniority if rng.random() < 0.8 else "",
            days_per_week=rng.choice(_DAYS),
            visibility=self._visibility(),
        )
        plan = MemberPlan(member, feminine, self._skills(specialty))
        self._work(plan, specialty, status)
        self._wish(plan, status, seniority)
        member.availability_confirmed_at = self.day - timedelta(days=_said_days_ago(member.slug))
        self._tell(plan, domain, seniority)
        self._hide(plan, status)
        return plan

    def _pick(self, table):
        values, cumulated = table
        return self.rng.choices(values, cum_weights=cumulated)[0]

    def _name(self) -> tuple[str, str, bool]:
        rng = self.rng
        if self._number % _NAMESAKE_EVERY == 0 and self._names:
            return rng.choice(self._names)
        feminine = rng.random() < 0.5
        firsts = tables.words("first_names_feminine" if feminine else "first_names_masculine")
        surnames = tables.words("surnames")
        last = rng.choice(surnames)
        if rng.random() < 0.02:
            last = f"{last}-{rng.choice(surnames)}"
        name = (rng.choice(firsts), last, feminine)
        if len(self._names) < 5_000:
            self._names.append(name)
        return name

    def _place(self) -> tuple[str, str]:
        rng, places = self.rng, tables.places()
        if rng.random() < 0.12:
            return "", ""
        region = rng.choices(places.regions, cum_weights=places.cumulated)[0]
        return region, rng.choice(places.communes[region]) if rng.random() < 0.8 else ""

    def _visibility(self) -> Visibility:
        chance = self.rng.random()
        if chance < 0.03:
            return Visibility.COMMUNITY
        return Visibility.PRIVATE if chance < 0.045 else Visibility.PUBLIC

    def _skills(self, specialty: trades.Specialty) -> list[tuple[str, int | None]]:
        rng = self.rng
        if rng.random() < 0.05:
            return []
        names = [name for place, name in enumerate(specialty.core) if place < 2 or rng.random() < 0.7]
        extra = rng.sample(specialty.extra, min(len(specialty.extra), rng.randrange(1, 6)))
        names.extend(name for name in extra if name not in names)
        rated = rng.random() < 0.7
        return [
            (name, rng.choice((3, 3, 4, 2) if place < 2 else (1, 2, 2, 3)) if rated else None)
            for place, name in enumerate(dict.fromkeys(names))
        ]

    # What they did --------------------------------------------------------------

    def _work(self, plan: MemberPlan, specialty: trades.Specialty, status: MemberStatus) -> None:
        rng, day = self.rng, self.day
        if status == MemberStatus.CANDIDATE:
            plan.row.is_listed = rng.random() < 0.65
            return
        domain = Domain(plan.row.domain)
        if status == MemberStatus.UPCOMING:
            start = day + timedelta(days=rng.randrange(3, 90))
            self._add_stint(plan, specialty, start, start + timedelta(days=rng.randrange(150, 400)))
            return
        if status == MemberStatus.ACTIVE:
            start = day - timedelta(days=rng.randrange(10, 900))
            end = None if rng.random() < 0.3 else day + timedelta(days=rng.randrange(5, 400))
        else:
            end = day - timedelta(days=rng.randrange(15, 1_600))
            start = end - timedelta(days=rng.randrange(90, 800))
        self._add_stint(plan, specialty, start, end)
        if domain in (Domain.ANIMATION, Domain.COACHING, Domain.SUPPORT):
            plan.incubator = rng.randrange(self.incubators)
            plan.team = rng.randrange(self.teams) if rng.random() < 0.7 else None
        for _ in range(rng.choices((0, 1, 2, 3), (55, 28, 12, 5))[0]):
            end = start - timedelta(days=rng.randrange(1, 240))
            start = end - timedelta(days=rng.randrange(90, 600))
            self._add_stint(plan, specialty, start, end)

    def _add_stint(self, plan: MemberPlan, specialty: trades.Specialty, start: date, end: date | None) -> None:
        rng = self.rng
        domain = Domain(plan.row.domain)
        running = end is None or end >= self.day
        where = self._startups_of(domain, specialty, start, end, running)
        if domain == Domain.INTRAPRENARIAT or (domain == Domain.ANIMATION and rng.random() < 0.6):
            status, employer = str(StintStatus.ADMIN), rng.choice(ORGANISATION_NAMES)
        else:
            status = rng.choices(
                (StintStatus.INDEPENDENT, StintStatus.SERVICE, StintStatus.ADMIN, ""), (50, 25, 20, 5)
            )[0]
            employer = ""
            if status == StintStatus.SERVICE:
                employer = rng.choice(tables.words("employers"))
            elif status == StintStatus.ADMIN:
                employer = rng.choice(ORGANISATION_NAMES)
            elif status == StintStatus.INDEPENDENT and rng.random() < 0.5:
                employer = "Indépendant"
        confirmed = not (running and rng.random() < 0.06)
        stint = Stint(start=start, end=end, status=status, employer=employer, is_confirmed=confirmed)
        plan.stints.append((stint, where))

    def _startups_of(
        self, domain: Domain, specialty: trades.Specialty, start: date, end: date | None, running: bool
    ) -> tuple[int, ...]:
        rng = self.rng
        if domain in (Domain.ANIMATION, Domain.COACHING, Domain.ATTRIBUTAIRE) and rng.random() < 0.6:
            return ()
        if running and domain == Domain.INTRAPRENARIAT:
            # Each startup has its intrapreneur before any has two.
            self._led += 1
            return (self.alive[self._led % len(self.alive)],)
        known = self.by_specialty.get(specialty.key)
        if running and known and rng.random() < 0.6:
            where = [rng.choice(known)]
        elif running:
            where = [rng.choice(self.alive)]
        else:
            where = [self._startup_of_then(start, end)]
        if rng.random() < 0.1:
            where.append(rng.choice(self.alive) if running else self._startup_of_then(start, end))
        return tuple(dict.fromkeys(where))

    def _startup_of_then(self, start: date, end: date | None) -> int:
        """A startup that lived at the time; after some vain tries, the one that comes nearest."""
        best, least = 0, None
        for _ in range(8):
            number = int(self.rng.random() * len(self.startups))
            plan = self.startups[number]
            gap = max((plan.begin - start).days, ((end or start) - (plan.end or self.day)).days, 0)
            if gap == 0:
                return number
            if least is None or gap < least:
                best, least = number, gap
        return best

    # What they look for -----------------------------------------------------------

    def _wish(self, plan: MemberPlan, status: MemberStatus, seniority: Seniority) -> None:
        rng, row, day = self.rng, plan.row, self.day
        chance = {MemberStatus.CANDIDATE: 0.9, MemberStatus.FORMER: 0.25, MemberStatus.ACTIVE: 0.2}.get(status, 0)
        row.is_looking = rng.random() < chance
        if row.is_looking:
            if rng.random() < 0.5:
                row.looking_until = day + timedelta(days=rng.randrange(-20, 240))
            end = plan.stints[0][0].end if plan.stints else None
            if end and end > day:
                row.available_from = end + timedelta(days=1)
            elif rng.random() < 0.7:
                row.available_from = day + timedelta(days=rng.choice((0, 0, 7, 14, 30, 45, 60, 90, 120)))
        if (row.is_looking and rng.random() < 0.9) or rng.random() < 0.25:
            plan.engagements = self._engagements(status, seniority)
            if row.domain == Domain.INTRAPRENARIAT:
                plan.engagements = [Engagement.PUBLIC_AGENT]
        if Engagement.FREELANCE in plan.engagements and rng.random() < 0.75:
            low, high = _FLOORS[seniority]
            row.daily_rate_floor = rng.randrange(low, high + 1, 10)

    def _engagements(self, status: MemberStatus, seniority: Seniority) -> list[Engagement]:
        rng = self.rng
        if seniority == Seniority.JUNIOR and status == MemberStatus.CANDIDATE and rng.random() < 0.4:
            return [Engagement.INTERNSHIP] if rng.random() < 0.6 else [Engagement.INTERNSHIP, Engagement.CONTRACT]
        wishes = [
            engagement
            for engagement, share in (
                (Engagement.FREELANCE, 0.6),
                (Engagement.EIG, 0.35),
                (Engagement.CONTRACT, 0.4),
                (Engagement.PUBLIC_AGENT, 0.12),
            )
            if rng.random() < share
        ]
        return wishes or [Engagement.FREELANCE]

    def _tell(self, plan: MemberPlan, domain: Domain, seniority: Seniority) -> None:
        rng, row = self.rng, plan.row
        past = next((where[0] for stint, where in plan.stints if where and stint.end and stint.end < self.day), None)
        if rng.random() < 0.85:
            idea = rng.choice(tables.ideas()) if past is None else self.startups[past].idea
            row.biography = biography(
                rng,
                feminine=plan.feminine,
                domain=domain,
                role=row.role,
                years=rng.randint(*_YEARS[seniority]),
                skills=tuple(name for name, _level in plan.skills) or (domain.label,),
                theme=rng.choice(idea.themes),
                startup="" if past is None else self.startups[past].row.name,
                seeking=row.is_looking,
                newcomer=not plan.stints,
            )
        if rng.random() < 0.3:
            row.links = [f"https://{row.slug.replace('.', '-')}.demo.example"]
        first = plan.stints[-1][0].start if plan.stints else self.day - timedelta(days=rng.randrange(1, 200))
        row.created_at = self._noon + min(first - self.day, timedelta(0))

    def _hide(self, plan: MemberPlan, status: MemberStatus) -> None:
        rng = self.rng
        if rng.random() < 0.025:
            here = {number for _stint, where in plan.stints for number in where}
            number = rng.choice(self.alive)
            plan.hidden_from_startup = None if number in here else number
        if status == MemberStatus.CANDIDATE and rng.random() < 0.02:
            plan.hidden_from_organisation = rng.randrange(10)


def _weighted(pairs):
    return [value for value, _weight in pairs], list(accumulate(weight for _value, weight in pairs))
