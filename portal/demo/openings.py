"""Missions of the demonstration, before they are rows: in every engagement, in every state, with their story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random

from django.utils import timezone

from community.enums import Engagement, Remote, Seniority
from community.regions import Region
from portal.demo import tables, trades
from portal.demo.prose import lower_first
from portal.demo.slugs import SlugBook, readable
from portal.demo.structures import StartupPlan
from recruitment.enums import MISSION_OPEN_DAYS, MissionState, Vehicle
from recruitment.models import MAX_APPRECIATED_SKILLS, MAX_REQUIRED_SKILLS, Mission, MissionEvent

OPEN = 32

# Of each 32 open missions, in this order.
_ENGAGEMENTS = (
    *[Engagement.FREELANCE] * 13,
    *[Engagement.CONTRACT] * 6,
    *[Engagement.EIG] * 5,
    *[Engagement.PUBLIC_AGENT] * 4,
    *[Engagement.INTERNSHIP] * 4,
)
# For each 32 open missions, so many that are not.
_OTHERS = {
    MissionState.DRAFT: 5,
    MissionState.IN_REVIEW: 5,
    MissionState.SUSPENDED: 3,
    MissionState.FILLED: 9,
    MissionState.CLOSED: 6,
    MissionState.EXPIRED: 9,
}
_SOUGHT = {
    Engagement.FREELANCE: "django react vue rails symfony java devops data-engineering ux ui product deployment coach",
    Engagement.EIG: "django react data-science data-engineering geomatics ux service-design product deployment legal",
    Engagement.CONTRACT: "product deployment ux data-analysis vue support animation rails mobile",
    Engagement.PUBLIC_AGENT: "intrapreneur product deployment animation",
    Engagement.INTERNSHIP: "react ui data-analysis deployment vue writer",
}
# Euros a day excluding tax for freelancers; euros a year, gross, for the others.
_PAY = {
    Engagement.FREELANCE: {
        Seniority.JUNIOR: (350, 450),
        Seniority.CONFIRMED: (430, 580),
        Seniority.SENIOR: (520, 700),
        Seniority.EXPERT: (650, 850),
    },
    Engagement.EIG: dict.fromkeys(Seniority, (54_000, 61_000)),
    Engagement.CONTRACT: {
        Seniority.JUNIOR: (34_000, 42_000),
        Seniority.CONFIRMED: (41_000, 52_000),
        Seniority.SENIOR: (50_000, 64_000),
        Seniority.EXPERT: (60_000, 75_000),
    },
    Engagement.PUBLIC_AGENT: {
        Seniority.JUNIOR: (29_000, 36_000),
        Seniority.CONFIRMED: (35_000, 45_000),
        Seniority.SENIOR: (43_000, 56_000),
        Seniority.EXPERT: (52_000, 66_000),
    },
    Engagement.INTERNSHIP: dict.fromkeys(Seniority, (8_000, 18_000)),
}
# What the team of the demonstration's account looks for, in Paris.
_OF_THE_TEAM = (
    ("django", Engagement.FREELANCE, Remote.PARTIAL),
    ("ux", Engagement.FREELANCE, Remote.FULL),
    ("data-science", Engagement.EIG, Remote.PARTIAL),
    ("deployment", Engagement.CONTRACT, Remote.PARTIAL),
    ("vue", Engagement.INTERNSHIP, Remote.NONE),
)

_CONTEXTS = (
    "L’équipe compte cinq personnes, dont une intrapreneuse et un coach à temps partiel.",
    "Après six mois de terrain, l’équipe sait ce qui marche ; il faut maintenant le généraliser.",
    "Une personne quitte l’équipe après deux ans : le tuilage durera un mois.",
)
_TASKS = (
    "rencontrer des usagers chaque mois",
    "livrer chaque semaine une amélioration mesurable",
    "documenter les choix et les partager",
    "participer aux comités d’investissement",
    "améliorer l’accessibilité du service",
    "travailler avec les équipes voisines sur les briques communes",
    "préparer l’ouverture à de nouveaux territoires",
    "tenir à jour la page de statistiques publiques",
    "accueillir les nouvelles personnes de l’équipe",
)
_PROFILES = (
    "Vous aimez les petites équipes autonomes et vous savez dire ce que vous ne savez pas.",
    "Vous avez déjà mis un service entre les mains de vrais usagers.",
    "Vous préférez une petite livraison utile à un grand plan.",
    "Aucun diplôme n’est exigé : votre expérience et votre envie comptent davantage.",
)
_REJECTIONS = ("Préciser la fourchette de rémunération.", "Indiquer le lieu et le rythme de télétravail.")
_CLOSINGS = (
    "Le budget a été redéployé.",
    "Le besoin a changé après le comité.",
    "Une personne de l’équipe s’en charge.",
)

TEAM, INCUBATOR, CLOCK = "team", "incubator", "clock"


@dataclass
class MissionPlan:
    """A mission, its startup by its place in the list, and its story; who moved it is told by `actors`."""

    row: Mission
    startup: int
    required: tuple[str, ...]
    appreciated: tuple[str, ...]
    events: list[MissionEvent] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)

    def move(self, to: MissionState, at: datetime, actor: str, reason: str = "") -> None:
        """Write the next line of the story."""
        before = self.events[-1].to_state if self.events else MissionState.DRAFT
        self.events.append(MissionEvent(from_state=before, to_state=to, happened_at=at, reason=reason))
        self.actors.append(actor)


def missions(rng: Random, startups: list[StartupPlan], team: int, day: date, slugs: SlugBook) -> list[MissionPlan]:
    """The missions of these startups; `team` is the startup of the demonstration's account."""
    maker = _Maker(rng, startups, day, slugs)
    plans = [
        maker.make(team, key, engagement, MissionState.OPEN, Seniority.CONFIRMED)
        for key, engagement, _remote in _OF_THE_TEAM
    ]
    for plan, (_key, _engagement, remote) in zip(plans, _OF_THE_TEAM, strict=True):
        plan.row.region, plan.row.commune, plan.row.remote = Region.ILE_DE_FRANCE, "Paris", remote
    plans.append(maker.make(team, "product", Engagement.PUBLIC_AGENT, MissionState.DRAFT))
    plans.append(maker.make(team, "react", Engagement.FREELANCE, MissionState.IN_REVIEW))
    plans.append(maker.make(team, "data-analysis", Engagement.FREELANCE, MissionState.FILLED))

    others = [number for number, plan in enumerate(startups) if plan.is_active and number != team]
    rng.shuffle(others)
    hosts, keys = cycle(others), {engagement: cycle(sought.split()) for engagement, sought in _SOUGHT.items()}
    engagements = cycle(_ENGAGEMENTS)
    for _ in range(max(1, len(startups) // 60)):
        for state, count in ((MissionState.OPEN, OPEN), *_OTHERS.items()):
            for _ in range(count):
                engagement = next(engagements)
                plans.append(maker.make(next(hosts), next(keys[engagement]), engagement, state))
    # Nobody has closed this one yet, and it is open no more.
    late = next(plan for plan in reversed(plans) if plan.row.state == MissionState.OPEN)
    late.row.expires_on = day - timedelta(days=1)
    return plans


class _Maker:
    def __init__(self, rng: Random, startups: list[StartupPlan], day: date, slugs: SlugBook):
        self.rng, self.startups, self.day, self.slugs = rng, startups, day, slugs

    def make(
        self, number: int, key: str, engagement: Engagement, state: MissionState, wanted: Seniority | None = None
    ) -> MissionPlan:
        rng, startup = self.rng, self.startups[number]
        domain, specialty = trades.specialty_of(key)
        seniority = (
            Seniority.JUNIOR if engagement == Engagement.INTERNSHIP else wanted or rng.choice(list(Seniority)[:3])
        )
        required, appreciated = self._skills(specialty)
        title = self._title(specialty, engagement, seniority)
        tasks = rng.sample(_TASKS, 3)
        places = tables.places()
        region = rng.choices(places.regions, cum_weights=places.cumulated)[0]
        row = Mission(
            slug=self.slugs.give(readable(f"{title} {startup.row.name}")[:120]),
            title=title,
            domain=domain,
            summary=f"{startup.row.name} cherche une personne pour {tasks[0]} et {tasks[1]}.",
            description=self._description(startup, tasks, required, engagement),
            engagement=engagement,
            seniority=seniority if rng.random() < 0.85 else "",
            region=region,
            commune=rng.choice(places.communes[region]),
            remote=rng.choice((Remote.NONE, Remote.PARTIAL, Remote.PARTIAL, Remote.PARTIAL, Remote.FULL)),
            contact=startup.row.contact,
            openings=2 if engagement == Engagement.EIG and rng.random() < 0.5 else 1,
            state=state,
        )
        self._conditions(row, engagement, seniority)
        plan = MissionPlan(row, number, required, appreciated)
        self._story(plan, state)
        return plan

    def _skills(self, specialty: trades.Specialty) -> tuple[tuple[str, ...], tuple[str, ...]]:
        rng = self.rng
        extra = rng.sample(specialty.extra, min(len(specialty.extra), rng.randrange(2, 7)))
        required = dict.fromkeys((*specialty.core, *extra[: rng.randrange(0, 3)]))
        appreciated = [name for name in dict.fromkeys(extra) if name not in required]
        return tuple(required)[:MAX_REQUIRED_SKILLS], tuple(appreciated)[:MAX_APPRECIATED_SKILLS]

    def _title(self, specialty: trades.Specialty, engagement: Engagement, seniority: Seniority) -> str:
        title = specialty.opening
        if engagement == Engagement.INTERNSHIP:
            kind = self.rng.choice(("Stage", "Alternance"))
            return f"{kind} – {lower_first(title)}"
        if engagement == Engagement.EIG:
            return f"{title} – défi d’intérêt général"
        if seniority == Seniority.SENIOR and self.rng.random() < 0.4:
            return f"{title} senior"
        return title

    def _description(
        self, startup: StartupPlan, tasks: list[str], required: tuple[str, ...], engagement: Engagement
    ) -> str:
        rng, idea = self.rng, startup.idea
        context = rng.choice(_CONTEXTS)
        if startup.phase.label.startswith("En "):
            context = rng.choice(
                (context, f"Le produit est {lower_first(startup.phase.label)}, et l’équipe s’agrandit.")
            )
        listed = "\n".join(f"- {task} ;" for task in tasks[:-1]) + f"\n- {tasks[-1]}."
        return (
            f"## Contexte\n\n{idea.problem}. **{startup.row.name}** : {idea.pitch[0].lower()}{idea.pitch[1:]}. "
            f"{context}"
            f"\n\n## Missions\n\n{listed}"
            f"\n\n## Profil\n\n{rng.choice(_PROFILES)} Compétences attendues : {', '.join(required)}."
            "\n\n## Équipe\n\nUne intrapreneuse ou un intrapreneur, une personne au produit, une au design, deux au "
            "développement, avec l’appui de l’incubateur."
            f"\n\n## Conditions\n\n{Engagement(engagement).label}. Matériel fourni, horaires souples, une semaine "
            "d’accueil avec l’équipe."
            "\n\n## Candidater\n\nÉcrivez quelques lignes sur ce qui vous attire ici ; pas de lettre type."
        )

    def _conditions(self, row: Mission, engagement: Engagement, seniority: Seniority) -> None:
        rng = self.rng
        low, high = _PAY[engagement][seniority]
        full = engagement != Engagement.FREELANCE
        row.days_per_week = 5 if full else rng.choice((2, 2.5, 3, 4, 4, 5))
        row.duration_months = 10 if engagement == Engagement.EIG else rng.choice((3, 6, 6, 9, 12, 12, 18, 24))
        if engagement == Engagement.INTERNSHIP:
            row.duration_months = 6 if row.title.startswith("Stage") else 12
        if engagement == Engagement.FREELANCE:
            row.vehicle = rng.choice(
                (Vehicle.PUBLIC_CONTRACT, Vehicle.PUBLIC_CONTRACT, Vehicle.PORTAGE, Vehicle.OTHER)
            )
            row.daily_rate_min, row.daily_rate_max = low, rng.randrange(low + 50, high + 60, 10)
        elif rng.random() < 0.9:
            row.salary_min, row.salary_max = low, rng.randrange(low + 2_000, high + 1_000, 500)
        if engagement == Engagement.EIG or rng.random() < 0.65:
            row.starts_on = self.day + timedelta(days=rng.randrange(10, 110))

    def _at(self, days_ago: int) -> datetime:
        when = datetime.combine(
            self.day - timedelta(days=days_ago), time(self.rng.randrange(9, 19), self.rng.randrange(60))
        )
        return timezone.make_aware(when)

    def _story(self, plan: MissionPlan, state: MissionState) -> None:
        """Everything happened yesterday at the latest."""
        rng, row = self.rng, plan.row
        age = {
            MissionState.OPEN: rng.randrange(1, 50),
            MissionState.SUSPENDED: rng.randrange(12, 45),
            MissionState.DRAFT: 1,
            MissionState.IN_REVIEW: 1,
        }.get(state, rng.randrange(65, 420))
        submitted = age + rng.randrange(1, 6)
        row.created_at = self._at(submitted + 12)
        if rng.random() < 0.25:
            plan.move(MissionState.IN_REVIEW, self._at(submitted + 6), TEAM)
            plan.move(MissionState.DRAFT, self._at(submitted + 4), INCUBATOR, rng.choice(_REJECTIONS))
        if state == MissionState.DRAFT:
            return
        plan.move(MissionState.IN_REVIEW, self._at(submitted), TEAM)
        if state == MissionState.IN_REVIEW:
            return
        row.published_at = self._at(age)
        row.expires_on = timezone.localdate(row.published_at) + timedelta(days=MISSION_OPEN_DAYS)
        plan.move(MissionState.OPEN, row.published_at, INCUBATOR)
        if state == MissionState.SUSPENDED:
            plan.move(state, self._at(rng.randrange(2, 9)), TEAM)
        elif state == MissionState.FILLED:
            plan.move(state, self._at(age - rng.randrange(15, 50)), TEAM)
        elif state == MissionState.CLOSED:
            plan.move(state, self._at(age - rng.randrange(15, 50)), TEAM, rng.choice(_CLOSINGS))
        elif state == MissionState.EXPIRED:
            plan.move(state, self._at(age - MISSION_OPEN_DAYS - 1), CLOCK)
        if row.starts_on and state in (MissionState.FILLED, MissionState.CLOSED, MissionState.EXPIRED):
            row.starts_on = timezone.localdate(row.published_at) + timedelta(days=rng.randrange(20, 90))
