"""Administrations, incubators, teams, rounds of FAST and startups of the demonstration, before they are rows."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isqrt
from random import Random

from community.enums import ACTIVE_PHASES, EventName, OrganisationKind, PhaseName
from community.models import FundingRound, Incubator, Organisation, Phase, Startup, StartupEvent, Team
from portal.demo import tables, trades
from portal.demo.slugs import SlugBook, readable

STARTUPS = 60
MOST_STARTUPS = 1_200
ROUNDS = 17
MONTH = 30.44

_INVENTED = "Structure imaginée pour la démonstration."
_TOWNS = ("Port-Aven", "Val-Doré", "Saint-Elme-sur-Rive", "Trois-Vallons", "Hautes-Landes")

# Name, acronym, kind, ministerial domain.
_ORGANISATIONS = (
    ("Ministère de la Mer et des Rivages", "MMR", OrganisationKind.CENTRAL, "Mer"),
    ("Direction générale des Solidarités locales", "DGSL", OrganisationKind.CENTRAL, "Social"),
    ("Direction générale des Savoirs et des Métiers", "DGSM", OrganisationKind.CENTRAL, "Formation"),
    ("Direction des Services numériques partagés", "DSNP", OrganisationKind.CENTRAL, "Numérique"),
    ("Direction générale de la Terre et des Eaux", "DGTE", OrganisationKind.CENTRAL, "Écologie"),
    ("Secrétariat général aux Mobilités du quotidien", "SGMQ", OrganisationKind.CENTRAL, "Transports"),
    ("Délégation à la Justice de proximité", "DJP", OrganisationKind.CENTRAL, "Justice"),
    ("Direction du Patrimoine vivant", "DPV", OrganisationKind.CENTRAL, "Culture"),
    ("Direction régionale des Rivages de l’Ouest", "DRRO", OrganisationKind.DECONCENTRATED, "Mer"),
    ("Direction départementale des Solidarités du Val-Doré", "", OrganisationKind.DECONCENTRATED, "Social"),
    ("Rectorat de l’académie des Trois-Fleuves", "", OrganisationKind.DECONCENTRATED, "Éducation"),
    ("Office national des Haies et des Sols", "ONHS", OrganisationKind.OPERATOR, "Agriculture"),
    ("Agence du Logement pour tous", "ALT", OrganisationKind.OPERATOR, "Logement"),
    ("Agence de la Transition des métiers", "ATM", OrganisationKind.OPERATOR, "Travail"),
    ("Institut des Données ouvertes", "IDO", OrganisationKind.OPERATOR, "Numérique"),
    ("Établissement public des Fleuves", "EPF", OrganisationKind.OPERATOR, "Transports"),
    ("Caisse nationale des Indépendants réunis", "CNIR", OrganisationKind.SOCIAL_SECURITY, "Social"),
    ("Caisse solidaire du Grand Âge", "CSGA", OrganisationKind.SOCIAL_SECURITY, "Santé"),
    ("Région des Hautes-Landes", "", OrganisationKind.LOCAL, ""),
    ("Département du Val-Doré", "", OrganisationKind.LOCAL, ""),
    ("Métropole de Port-Aven", "", OrganisationKind.LOCAL, ""),
    ("Communauté de communes des Trois-Vallons", "", OrganisationKind.LOCAL, ""),
    ("Groupement des Communes forestières unies", "", OrganisationKind.OTHER, ""),
    ("Fédération des Lieux d’accueil numérique", "", OrganisationKind.OTHER, ""),
)

ORGANISATION_NAMES = tuple(row[0] for row in _ORGANISATIONS)

# Name, number of its owner above, themes, in brief. The last one has no startup yet.
_INCUBATORS = (
    ("Incubateur de la Mer (démonstration)", 0, ("Mer",), "Des services pour celles et ceux qui vivent du littoral."),
    (
        "La Fabrique des Solidarités",
        1,
        ("Social", "Logement"),
        "Lutter contre le non-recours, un parcours après l’autre.",
    ),
    (
        "L’Atelier des Métiers",
        2,
        ("Travail / Emploi", "Formation"),
        "Apprendre, se reconvertir et recruter plus simplement.",
    ),
    (
        "Le Socle numérique",
        3,
        ("Outil technique", "Sécurité informatique", "Administratif"),
        "Des outils communs pour toutes les équipes.",
    ),
    ("La Pépinière des Sols", 4, ("Agriculture", "Écologie"), "Agriculture, eau et biodiversité."),
    ("L’Aiguillage", 5, ("Transports",), "Se déplacer partout, même là où il n’y a plus de gare."),
    ("La Chambre claire", 6, ("Justice",), "Une justice que l’on comprend."),
    ("La Verrière", 7, ("Patrimoine",), "Patrimoine, archives et culture de proximité."),
    (
        "Le Phare des Territoires",
        20,
        ("Collectivités", "Territoires", "Inclusion numérique"),
        "Les collectivités construisent ensemble leurs services.",
    ),
    ("La Ruche santé", 17, ("Santé",), "Des services de santé pensés avec les soignants."),
    ("Le Tremplin des Entreprises", 16, ("Entreprises",), "Aider les petites entreprises au bon moment."),
    ("La Halle citoyenne", 18, (), "Participation, jeunesse et vie associative. L’équipe s’installe."),
)

_TEAMS = (
    ("Animation", "Accueillir, relier, faire vivre la communauté."),
    ("Support technique", "Hébergement, sécurité et outils des équipes."),
    ("Accompagnement produit", "Aider les équipes à chaque comité."),
)

# A phase lasts so many months.
_MONTHS = {
    PhaseName.INVESTIGATION: (3, 8),
    PhaseName.CONSTRUCTION: (6, 14),
    PhaseName.ACCELERATION: (10, 30),
    PhaseName.CONSOLIDATION: (8, 24),
    PhaseName.OPERE: (4, 36),
    PhaseName.TRANSFERE: (2, 40),
    PhaseName.ABANDON_INVESTIGATION: (1, 30),
    PhaseName.ABANDON: (2, 36),
}

_BEGINNING = (PhaseName.INVESTIGATION, PhaseName.CONSTRUCTION)
_PATHS = {
    PhaseName.INVESTIGATION: (PhaseName.INVESTIGATION,),
    PhaseName.CONSTRUCTION: _BEGINNING,
    PhaseName.ACCELERATION: (*_BEGINNING, PhaseName.ACCELERATION),
    PhaseName.CONSOLIDATION: (*_BEGINNING, PhaseName.ACCELERATION, PhaseName.CONSOLIDATION),
    PhaseName.OPERE: (*_BEGINNING, PhaseName.ACCELERATION, PhaseName.CONSOLIDATION, PhaseName.OPERE),
    PhaseName.TRANSFERE: (*_BEGINNING, PhaseName.ACCELERATION, PhaseName.TRANSFERE),
    PhaseName.ABANDON_INVESTIGATION: (PhaseName.INVESTIGATION, PhaseName.ABANDON_INVESTIGATION),
    PhaseName.ABANDON: (*_BEGINNING, PhaseName.ABANDON),
}

# Of sixty startups. Dealt in turn, so that every phase has its own whatever the number.
_SHARES = {
    PhaseName.ACCELERATION: 14,
    PhaseName.CONSTRUCTION: 13,
    PhaseName.INVESTIGATION: 9,
    PhaseName.CONSOLIDATION: 7,
    PhaseName.TRANSFERE: 5,
    PhaseName.OPERE: 4,
    PhaseName.ABANDON: 4,
    PhaseName.ABANDON_INVESTIGATION: 4,
}

_PREFIXES = (
    "Boussole",
    "Carnet",
    "Passerelle",
    "Relais",
    "Guichet",
    "Atlas",
    "Fabrique",
    "Balise",
    "Repère",
    "Escale",
    "Mémo",
    "Comptoir",
    "Vigie",
    "Trame",
    "Registre",
    "Sentier",
    "Fil",
    "Lanterne",
    "Coulisse",
    "Cadran",
    "Kiosque",
    "Étape",
    "Tandem",
    "Almanach",
    "Belvédère",
)

_COMMENTS = {
    EventName.COMMITTEE: (
        "Poursuite décidée pour six mois.",
        "Le comité demande une mesure d’impact plus simple.",
        "",
    ),
    EventName.PRODUCT_LAUNCH: ("Ouverture à trois territoires pilotes.", "Première version en ligne."),
    EventName.NATIONAL_IMPACT: ("Le service est utilisé dans tous les départements.",),
    EventName.EIG: ("Deux entrepreneurs d’intérêt général rejoignent l’équipe.",),
    EventName.FAST: ("Cofinancement de l’accélération.",),
    EventName.END: ("L’équipe publie ce qu’elle a appris.",),
    EventName.OTHER: ("Journée portes ouvertes avec les usagers.", "Le code source est publié."),
}


@dataclass
class StartupPlan:
    """A startup with all that hangs on it. `begin` and `end` bound the time when people work for it."""

    row: Startup
    idea: tables.Idea
    specialty: str
    phases: list[Phase]
    events: list[StartupEvent] = field(default_factory=list)
    # The number of the round (from 1) and the amount in euros.
    award: tuple[int, int | None] | None = None
    incubator: int | None = None
    sponsors: tuple[int, ...] = ()
    begin: date = date.min
    end: date | None = None

    @property
    def phase(self) -> PhaseName:
        """The current phase."""
        return PhaseName(self.phases[-1].name)

    @property
    def is_active(self) -> bool:
        """Whether it is alive in the network."""
        return self.phase in ACTIVE_PHASES


def startup_count(members: int) -> int:
    """How many startups go with so many members: 60, then as the square root."""
    return min(MOST_STARTUPS, max(STARTUPS, 3 * isqrt(members)))


def organisations(slugs: SlugBook) -> list[Organisation]:
    """The administrations, none of which exists."""
    return [
        Organisation(slug=slugs.give(readable(name)), name=name, acronym=acronym, kind=kind, ministerial_domain=domain)
        for name, acronym, kind, domain in _ORGANISATIONS
    ]


def incubators(slugs: SlugBook, owners: list[Organisation]) -> list[Incubator]:
    """The incubators; their owners have been saved."""
    rows = []
    for name, owner, _themes, summary in _INCUBATORS:
        slug = slugs.give(readable(name.removesuffix(" (démonstration)")))
        rows.append(
            Incubator(
                slug=slug,
                name=name,
                owner=owners[owner],
                summary=summary,
                description=f"{_INVENTED} {summary}",
                address=f"{owner + 3} rue des Essais, {_TOWNS[owner % len(_TOWNS)]}",
                contact=f"contact@{slug}.demo.example",
                website=f"https://{slug}.demo.example",
                repository=f"https://code.demo.example/{slug}",
            )
        )
    return rows


def teams(slugs: SlugBook, hosts: list[Incubator]) -> list[Team]:
    """Cross-cutting teams: three for the first incubators, one for some others."""
    rows = []
    for number, incubator in enumerate(hosts[:8]):
        for name, mission in _TEAMS if number < 3 else _TEAMS[:1]:
            full = f"{name} – {incubator.name.removesuffix(' (démonstration)')}"
            rows.append(Team(slug=slugs.give(readable(full)), name=full, incubator=incubator, mission=mission))
    return rows


def round_days(day: date) -> list[date]:
    """The day of each round of FAST: one each half-year, the last one within the half-year before `day`."""
    days = [date(year, month, 15) for year in range(day.year - ROUNDS // 2 - 2, day.year + 1) for month in (4, 10)]
    return [when for when in days if when <= day][-ROUNDS:]


def rounds(day: date) -> list[FundingRound]:
    """The rounds of FAST, numbered from 1."""
    return [
        FundingRound(
            number=number,
            title=f"FAST n° {number}, {'printemps' if when.month == 4 else 'automne'} {when.year}",
            body="Promotion imaginée pour la démonstration.",
        )
        for number, when in enumerate(round_days(day), 1)
    ]


def _phase_deck() -> list[PhaseName]:
    """Sixty phases in their shares, spread evenly: any stretch of the deck looks like the whole."""
    places = [
        ((turn + 0.5) / share, order, name)
        for order, (name, share) in enumerate(_SHARES.items())
        for turn in range(share)
    ]
    return [name for _place, _order, name in sorted(places)]


def startups(rng: Random, count: int, day: date, slugs: SlugBook) -> list[StartupPlan]:
    """So many startups, in every phase, with dates that agree with `day`."""
    deck, ideas, when = _phase_deck(), tables.ideas(), round_days(day)
    stacks = [row.key for rows in trades.SPECIALTIES.values() for row in rows if row.technologies]
    weights = [trades.SPECIALTY_WEIGHTS[key] for key in stacks]
    plans = []
    for number in range(count):
        idea = ideas[number % len(ideas)]
        name = idea.name
        if number >= len(ideas):
            name = f"{_PREFIXES[(number // len(ideas) - 1 + number) % len(_PREFIXES)]} {idea.complement}"
        slug = slugs.give(readable(name).replace("-", "."))
        phases = _phases(rng, deck[number % len(deck)], day)
        plan = StartupPlan(_row(rng, slug, name, idea), idea, rng.choices(stacks, weights)[0], phases)
        plan.begin = phases[0].start
        plan.end = None if plan.is_active else phases[-1].start
        # Two teams of three have verified their page, some of them more than a year ago.
        if plan.is_active and number % 3:
            plan.row.verified_on = max(plan.begin, day - timedelta(days=7 * (number % 60)))
        _host(rng, plan, orphan=number % 29 == 28)
        plan.events = _events(rng, plan, day)
        _fund(rng, plan, when)
        plan.events.sort(key=lambda event: event.date)
        plans.append(plan)
    return plans


def _host(rng: Random, plan: StartupPlan, *, orphan: bool) -> None:
    """An incubator of the startup's themes, whose owner is likely to pay."""
    # The last incubator opens, and has no startup yet.
    hosts = range(len(_INCUBATORS) - 1)
    near = [number for number in hosts if set(_INCUBATORS[number][2]).intersection(plan.idea.themes)]
    plan.incubator = None if orphan else rng.choice(near or hosts)
    sponsors = rng.sample(range(len(_ORGANISATIONS)), rng.choice((1, 1, 2, 2, 3)))
    if plan.incubator is not None and rng.random() < 0.6:
        sponsors[0] = _INCUBATORS[plan.incubator][1]
    plan.sponsors = tuple(dict.fromkeys(sponsors))


def _phases(rng: Random, current: PhaseName, day: date) -> list[Phase]:
    """The way to the current phase, told backwards from today."""
    phases: list[Phase] = []
    start = day
    for name in reversed(_PATHS[current]):
        end = None if name == current else start
        start -= timedelta(days=int(rng.uniform(*_MONTHS[name]) * MONTH))
        phases.insert(0, Phase(name=name, start=start, end=end))
    return phases


def _row(rng: Random, slug: str, name: str, idea: tables.Idea) -> Startup:
    site = f"https://{slug}.demo.example"
    public = rng.random() < 0.8
    return Startup(
        slug=slug,
        name=name,
        pitch=f"{idea.pitch}.",
        description=(
            f"## Le problème\n\n{idea.problem}.\n\n## La solution\n\n{idea.pitch}, avec un service gratuit, "
            f"accessible et sans compte à créer.\n\n## Où en est-on ?\n\n{rng.choice(_PROGRESS)}\n\n"
            "*Startup imaginée pour la démonstration.*"
        ),
        website=site,
        repository=f"https://code.demo.example/{slug}" if rng.random() < 0.7 else "",
        contact=f"contact@{slug}.demo.example",
        accessibility_status=rng.choice(("", "non conforme", "partiellement conforme", "totalement conforme")),
        stats_url=f"{site}/stats" if public else "",
        budget_url=f"{site}/budget" if rng.random() < 0.5 else "",
        impact_url=f"{site}/impact" if rng.random() < 0.3 else "",
    )


_PROGRESS = (
    "Trois départements pilotes utilisent le service chaque semaine.",
    "L’équipe a rencontré quarante usagers et teste sa deuxième version.",
    "Le service est ouvert à tous ; l’équipe travaille à son adoption.",
    "Une personne sur deux termine sa démarche sans aide, contre une sur cinq auparavant.",
    "Les premiers retours ont changé le projet : l’équipe se concentre sur un seul parcours.",
)


def _events(rng: Random, plan: StartupPlan, day: date) -> list[StartupEvent]:
    starts = {PhaseName(phase.name): phase.start for phase in plan.phases}
    found: list[tuple[EventName, date]] = []
    over = min(plan.end or day, day)
    committee = plan.begin + timedelta(days=180)
    while committee <= over:
        found.append((EventName.COMMITTEE, committee))
        committee += timedelta(days=182)
    if PhaseName.CONSTRUCTION in starts:
        found.append(
            (EventName.PRODUCT_LAUNCH, starts[PhaseName.CONSTRUCTION] + timedelta(days=rng.randrange(60, 170)))
        )
    if plan.phase in (PhaseName.CONSOLIDATION, PhaseName.OPERE, PhaseName.TRANSFERE) and rng.random() < 0.5:
        found.append((EventName.NATIONAL_IMPACT, plan.phases[-1].start - timedelta(days=rng.randrange(10, 200))))
    if PhaseName.ACCELERATION in starts and rng.random() < 0.3:
        found.append((EventName.EIG, starts[PhaseName.ACCELERATION] + timedelta(days=rng.randrange(10, 200))))
    if plan.end and plan.phase != PhaseName.TRANSFERE:
        found.append((EventName.END, plan.end))
    if rng.random() < 0.3:
        found.append((EventName.OTHER, plan.begin + timedelta(days=rng.randrange(20, 400))))
    return [
        StartupEvent(name=name, date=when, comment=rng.choice(_COMMENTS[name])) for name, when in found if when <= over
    ]


def _fund(rng: Random, plan: StartupPlan, when: list[date]) -> None:
    """An accelerated startup has an award of the first round after its acceleration began."""
    start = next((phase.start for phase in plan.phases if phase.name == PhaseName.ACCELERATION), None)
    if start is None or start > when[-1] or rng.random() < 0.15:
        return
    number = bisect_left(when, start)
    if plan.end and when[number] >= plan.end:
        return
    amount = rng.randrange(10, 61) * 10_000 if rng.random() < 0.9 else None
    plan.award = (number + 1, amount)
    plan.events.append(
        StartupEvent(name=EventName.FAST, date=when[number], comment=rng.choice(_COMMENTS[EventName.FAST]))
    )
