"""Writes the demonstration community: bulk writes in one transaction, members in chunks to keep memory bounded."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.db import connection, models, transaction
from django.utils import timezone

from community.enums import Domain, RoleName, Visibility
from community.models import (
    EngagementSought,
    FundingAward,
    FundingRound,
    Incubator,
    Member,
    MemberSkill,
    Organisation,
    RoleGrant,
    Startup,
    Stint,
    Team,
    Theme,
    User,
    UserType,
    spelling_key,
)
from community.vocabulary import ensure_vocabulary, known_spellings
from portal.demo import accounts, joining, openings, structures, trades
from portal.demo.applications import APPLICANTS, write_applications
from portal.demo.arrivals import write_arrival
from portal.demo.cast import cast, team_startup
from portal.demo.messages import write_messages
from portal.demo.people import MemberPlan, People
from portal.demo.searches import save_searches
from portal.demo.slugs import SlugBook
from portal.demo.talk import write_invitation, write_talk
from portal.editors import bring_in_line
from recruitment.enums import MissionState
from recruitment.models import Mission, MissionEvent
from search import outbox, registry

# The accounts of the demonstration have members of their own.
LEAST_MEMBERS = 20
_CHUNK = 2_000
_REASON = "Communauté de démonstration"


@dataclass(frozen=True)
class Loaded:
    """How many rows there are now that were not there before."""

    members: int
    startups: int
    incubators: int
    missions: int


def load(members: int, seed: int, day: date, progress: Callable[[int], object] = lambda done: None) -> Loaded:
    """Write the community that goes with a seed and a day; `progress` is told how many members are done.

    On an empty database the same arguments give the same rows. What is there already stays, and new slugs avoid it.
    Raises ValueError below `LEAST_MEMBERS`.
    """
    if members < LEAST_MEMBERS:
        raise ValueError(f"At least {LEAST_MEMBERS} members are needed.")
    dates = _dated_by_hand(Member, Mission, MissionEvent)
    with _without_collector(), transaction.atomic(), outbox.paused(), dates:
        loaded = _Loader(members, seed, day).run(progress)
        # Bulk writes send no signal: say that every document is to be built anew.
        for document in registry.all():
            outbox.everything(document)
    with connection.cursor() as cursor:
        # Without statistics the planner of SQLite walks whole tables.
        cursor.execute("ANALYZE")
    return loaded


@contextmanager
def _dated_by_hand(*tables: type[models.Model]) -> Iterator[None]:
    """Rows keep the creation date that they are given: a story of months cannot all have happened now."""
    dates = [f for table in tables for f in table._meta.concrete_fields if isinstance(f, models.DateField)]
    fields = [field for field in dates if field.auto_now_add]
    for field in fields:
        field.auto_now_add = False
    try:
        yield
    finally:
        for field in fields:
            field.auto_now_add = True


@contextmanager
def _without_collector() -> Iterator[None]:
    """A million short-lived rows hold no cycle; looking for some takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Loader:
    def __init__(self, members: int, seed: int, day: date):
        self.members, self.seed, self.day = members, seed, day
        self.noon = timezone.make_aware(datetime.combine(day, time(12)))
        # The first intrapreneur, or else the first active member, of each startup that recruits.
        self.leads: dict[int, tuple[bool, Member]] = {}

    def run(self, progress: Callable[[int], object]) -> Loaded:
        ensure_vocabulary()
        spellings = known_spellings()
        self.skills = {name: spellings[spelling_key(name)] for name in trades.skill_names()}
        self._structures()
        self._startups()
        self.missions = openings.missions(
            self._rng("missions"), self.plans, self.team_place, self.day, _slugs(Mission)
        )
        self._members(progress)
        self._accounts()
        self._missions()
        self._applications()
        self._arrival()
        self._talk()
        return Loaded(self.members, len(self.startups), len(self.incubators), len(self.missions))

    def _rng(self, part: str) -> Random:
        # A stream for each part, so that a change in one part leaves the others as they were.
        return Random(f"{self.seed}/{part}")  # noqa: S311 # nothing secret is drawn

    def _structures(self) -> None:
        self.organisations = _create(structures.organisations(_slugs(Organisation)))
        self.incubators = _create(structures.incubators(_slugs(Incubator), self.organisations))
        self.teams = _create(structures.teams(_slugs(Team), self.incubators))
        FundingRound.objects.bulk_create(structures.rounds(self.day), ignore_conflicts=True)
        self.rounds = dict(FundingRound.objects.values_list("number", "pk"))

    def _startups(self) -> None:
        count = structures.startup_count(self.members)
        rng = self._rng("startups")
        self.plans = structures.startups(rng, count, self.day, _slugs(Startup))
        self.team_place = team_startup(self.plans)
        for plan in self.plans:
            plan.row.incubator = None if plan.incubator is None else self.incubators[plan.incubator]
            for phase in plan.phases:
                phase.startup = plan.row
            for event in plan.events:
                event.startup = plan.row
        self.startups = _create([plan.row for plan in self.plans])
        _create([phase for plan in self.plans for phase in plan.phases])
        _create([event for plan in self.plans for event in plan.events])
        _create(
            [
                FundingAward(startup=plan.row, round_id=self.rounds[plan.award[0]], amount=plan.award[1])
                for plan in self.plans
                if plan.award
            ]
        )
        themes = dict(Theme.objects.values_list("name", "pk"))
        users = dict(UserType.objects.values_list("slug", "pk"))
        technologies = {row.key: row.technologies for rows in trades.SPECIALTIES.values() for row in rows}
        _link(Startup.sponsors, [(p.row.pk, self.organisations[n].pk) for p in self.plans for n in p.sponsors])
        _link(Startup.themes, [(p.row.pk, themes[name]) for p in self.plans for name in p.idea.themes])
        _link(Startup.user_types, [(p.row.pk, users[slug]) for p in self.plans for slug in p.idea.user_types])
        _link(
            Startup.technologies,
            [(p.row.pk, self.skills[name]) for p in self.plans for name in technologies[p.specialty]],
        )
        shown = [p for p in self.plans if p.is_active and p.incubator is not None and rng.random() < 0.15]
        _link(
            Incubator.highlighted_startups,
            [(self.incubators[p.incubator].pk, p.row.pk) for p in shown if p.incubator is not None],
        )

    def _members(self, progress: Callable[[int], object]) -> None:
        slugs = _slugs(Member)
        self.cast = cast(self.plans, self.day, slugs)
        people = People(
            self._rng("members"),
            self.day,
            self.plans,
            slugs,
            incubators=len(self.incubators),
            teams=len(self.teams),
        )
        recruiting = {plan.startup for plan in self.missions}
        plans = [plan for _account, plan in self.cast]
        for plan in plans:
            plan.row.created_at = self.noon
        done = 0
        while done < self.members:
            plans.extend(people.draw() for _ in range(min(_CHUNK, self.members - done) - len(plans)))
            self._write_members(plans)
            self._note_leads(plans, recruiting)
            done += len(plans)
            progress(done)
            plans = []

    def _write_members(self, plans: list[MemberPlan]) -> None:
        for plan in plans:
            if plan.incubator is not None:
                plan.row.incubator_id = self.incubators[plan.incubator].pk
        _create([plan.row for plan in plans])
        _insert(
            MemberSkill,
            ("member", "skill", "level", "position"),
            [
                (plan.row.pk, self.skills[name], level, position)
                for plan in plans
                for position, (name, level) in enumerate(plan.skills)
            ],
        )
        _insert(
            EngagementSought,
            ("member", "engagement"),
            [(plan.row.pk, str(wish)) for plan in plans for wish in plan.engagements],
        )
        for plan in plans:
            for stint, _where in plan.stints:
                stint.member_id = plan.row.pk
        stints = [pair for plan in plans for pair in plan.stints]
        _create([stint for stint, _where in stints])
        _link(
            Stint.startups,
            [(stint.pk, self.startups[number].pk) for stint, where in stints for number in where],
        )
        _link(Member.teams, [(p.row.pk, self.teams[p.team].pk) for p in plans if p.team is not None])
        _link(
            Member.hidden_from_startups,
            [(p.row.pk, self.startups[n].pk) for p in plans if (n := p.hidden_from_startup) is not None],
        )
        _link(
            Member.hidden_from_organisations,
            [(p.row.pk, self.organisations[n].pk) for p in plans if (n := p.hidden_from_organisation) is not None],
        )

    def _note_leads(self, plans: list[MemberPlan], recruiting: set[int]) -> None:
        ours = {plan.row.pk for _account, plan in self.cast}
        for plan in plans:
            if plan.row.pk in ours:
                continue
            leads = plan.row.domain == Domain.INTRAPRENARIAT
            for stint, where in plan.stints:
                if not (stint.runs_on(self.day) and stint.is_confirmed):
                    continue
                for number in recruiting.intersection(where) - {self.team_place}:
                    if number not in self.leads or (leads and not self.leads[number][0]):
                        self.leads[number] = (leads, plan.row)

    # Accounts ---------------------------------------------------------------------

    def _accounts(self) -> None:
        """The accounts that one click signs in as, and one for each person who leads a startup that recruits."""
        # Where an earlier demonstration stays, its accounts go with the new one.
        Member.objects.filter(user__email__in=accounts.EMAILS).update(user=None)
        self.users = self._create_accounts({row.email: row.full_name for row in accounts.ACCOUNTS})
        for account, plan in self.cast:
            plan.row.user = self.users[account.email]
        leading: dict[int, list[int]] = {}
        rows: dict[int, Member] = {}
        for number, (_leads, member) in sorted(self.leads.items()):
            leading.setdefault(member.pk, []).append(number)
            rows[member.pk] = member
        users = self._create_accounts({_address(member): member.full_name for member in rows.values()})
        for member in rows.values():
            member.user = users[_address(member)]
        Member.objects.bulk_update([*(plan.row for _account, plan in self.cast), *rows.values()], ["user"])
        self.lead_of = {number: rows[pk].user for pk, numbers in leading.items() for number in numbers}
        self.lead_of[self.team_place] = self.users[accounts.account("team").email]

        team = self.plans[self.team_place]
        scopes: dict[RoleName, dict[str, models.Model]] = {
            RoleName.STARTUP_LEAD: {"startup": team.row},
            RoleName.RECRUITER: {"startup": team.row},
            RoleName.INCUBATOR_STAFF: {"incubator": self.incubators[team.incubator or 0]},
        }
        grants = [
            self._grant(self.users[row.email], role, **scopes.get(role, {}))
            for row in accounts.ACCOUNTS
            for role in row.roles
        ]
        for pk, numbers in leading.items():
            grants += [
                self._grant(rows[pk].user, RoleName.STARTUP_LEAD, startup=self.startups[number]) for number in numbers
            ]
        # A community added to another: whoever has a role of the whole portal has it once.
        RoleGrant.objects.bulk_create(grants, ignore_conflicts=True)
        for row in accounts.ACCOUNTS:
            bring_in_line(self.users[row.email])
        save_searches(self.users)
        write_messages(self.users, self.noon)
        joining.ask_for_one_record(
            self._create_accounts({email: told[0] for email, told in joining.CLAIMANTS.items()}), self.noon
        )

    def _create_accounts(self, names: dict[str, str]) -> dict[str, User]:
        """Accounts by their address, created where missing; nobody signs in with a password."""
        found = set(User.objects.filter(email__in=names).values_list("email", flat=True))
        new = []
        for email, full_name in names.items():
            first, _, last = full_name.partition(" ")
            if email not in found:
                new.append(User(email=email, first_name=first, last_name=last, date_joined=self.noon))
                new[-1].set_unusable_password()
        _create(new)
        _create([EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in new])
        return {user.email: user for user in User.objects.filter(email__in=names)}

    def _grant(self, user: User | None, role: RoleName, **scope) -> RoleGrant:
        programme = self.users[accounts.account("programme").email]
        return RoleGrant(
            user=user,
            role=role,
            start=self.day,
            # Nobody gives themselves a role: the first come from the server.
            granted_by=programme if user != programme else None,
            reason=_REASON,
            **scope,
        )

    # Missions -----------------------------------------------------------------------

    def _missions(self) -> None:
        for plan in self.missions:
            plan.row.startup = self.startups[plan.startup]
            plan.row.created_by = self.lead_of.get(plan.startup)
        _create([plan.row for plan in self.missions])
        _link(
            Mission.required_skills,
            [(plan.row.pk, self.skills[name]) for plan in self.missions for name in plan.required],
        )
        _link(
            Mission.appreciated_skills,
            [(plan.row.pk, self.skills[name]) for plan in self.missions for name in plan.appreciated],
        )
        ours = self.plans[self.team_place].incubator
        for plan in self.missions:
            staff = "incubator" if self.plans[plan.startup].incubator == ours else "programme"
            movers = {
                # Where nobody leads the startup yet, the programme's staff moves its missions.
                openings.TEAM: self.lead_of.get(plan.startup) or self.users[accounts.account("programme").email],
                openings.INCUBATOR: self.users[accounts.account(staff).email],
            }
            for event, actor in zip(plan.events, plan.actors, strict=True):
                event.mission, event.actor = plan.row, movers.get(actor)
        _create([event for plan in self.missions for event in plan.events])

    def _applications(self) -> None:
        """People of the directory apply to the team's first open mission, each with an account of their own."""
        of_team = (plan.row for plan in self.missions if plan.startup == self.team_place)
        mission = next(row for row in of_team if row.state == MissionState.OPEN)
        free = Member.objects.listed().filter(user=None, visibility=Visibility.PUBLIC, domain=Domain.DEVELOPPEMENT)
        # One of them is somebody whom two people say to be.
        free = free.filter(claims=None).exclude(stints__startups=mission.startup)
        people = list(free.order_by("pk")[:APPLICANTS])
        users = self._create_accounts({_address(member): member.full_name for member in people})
        for member in people:
            member.user = users[_address(member)]
        Member.objects.bulk_update(people, ["user"])
        team = self.users[accounts.account("team").email]
        write_applications(mission, team, [users[_address(member)] for member in people], self.noon)

    def _arrival(self) -> None:
        """The designer of the cast is about to join the team, on its second open mission."""
        of_team = [plan.row for plan in self.missions if plan.startup == self.team_place]
        missions = [row for row in of_team if row.state == MissionState.OPEN]
        member, team = (self.users[accounts.account(key).email] for key in ("member", "team"))
        write_arrival(missions[1], member, team, self.day + timedelta(days=21), self.noon)

    def _talk(self) -> None:
        """The team and its latest candidate write to each other; the newcomer of the cast is invited."""
        of_team = [plan.row for plan in self.missions if plan.startup == self.team_place]
        missions = [row for row in of_team if row.state == MissionState.OPEN]
        candidate, team = (self.users[accounts.account(key).email] for key in ("candidate", "team"))
        latest = missions[0].applications.select_related("mission__startup", "candidate").first()
        if latest is not None:
            write_talk(latest, team, self.noon)
        write_invitation(missions[0], candidate, team, self.noon)


def _address(member: Member) -> str:
    return f"{member.slug}@{accounts.DOMAIN}"


def _slugs(model: type[models.Model]) -> SlugBook:
    return SlugBook(model._default_manager.values_list("slug", flat=True))


def _create(rows):
    """Save the rows of one model, in as few queries as the database allows."""
    return type(rows[0])._default_manager.bulk_create(rows) if rows else rows


def _insert(model: type[models.Model], fields: tuple[str, ...], rows: Sequence[tuple[int | str | None, ...]]) -> None:
    """Insert plain values without making objects of them: most rows are such, and it takes a fifth of the time."""
    quote = connection.ops.quote_name
    names = {field.name: str(field.column) for field in model._meta.concrete_fields}
    columns = ", ".join(quote(names[field]) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})", rows)  # noqa: S608


def _link(relation, pairs: list[tuple[int, int]]) -> None:
    """Link rows of a many-to-many relation, each pair once."""
    field = relation.field
    _insert(relation.through, (field.m2m_field_name(), field.m2m_reverse_field_name()), list(dict.fromkeys(pairs)))
