"""The members behind the demonstration accounts: complete profiles, so that every page has something to show."""

from __future__ import annotations

from datetime import date, timedelta

from community.enums import Domain, Engagement, Remote, Seniority, SkillLevel, StintStatus
from community.models import Member, Stint
from community.regions import Region
from portal.demo.accounts import ACCOUNTS, DemoAccount
from portal.demo.people import MemberPlan
from portal.demo.slugs import SlugBook, readable
from portal.demo.structures import ORGANISATION_NAMES, StartupPlan


def team_startup(startups: list[StartupPlan]) -> int:
    """The startup of the team's account, by its place in the list: the first accelerated one that has an incubator."""
    return next(
        number
        for number, plan in enumerate(startups)
        if plan.phases[-1].name == "acceleration" and plan.incubator is not None
    )


def cast(startups: list[StartupPlan], day: date, slugs: SlugBook) -> list[tuple[DemoAccount, MemberPlan]]:
    """The accounts that have a member, with that member."""
    makers = {
        "candidate": _candidate,
        "member": _member,
        "team": _team,
        "editor": _editor,
        "incubator": _incubator,
    }
    found = []
    for account in ACCOUNTS:
        if account.has_member:
            first, _, last = account.full_name.partition(" ")
            slug = slugs.give(f"{readable(first)}.{readable(last)}")
            plan = MemberPlan(Member(slug=slug, full_name=account.full_name), account.feminine, [])
            makers[account.key](plan, startups, day)
            found.append((account, plan))
    return found


def _skills(*names: str) -> list[tuple[str, int | None]]:
    levels = (SkillLevel.EXPERTISE, SkillLevel.MASTERY, SkillLevel.MASTERY, SkillLevel.PRACTICE)
    return [(name, levels[min(place, 3)]) for place, name in enumerate(names)]


def _places_of(startups: list[StartupPlan], count: int) -> list[int]:
    """Some startups that still live and are not the team's, the oldest first."""
    team = team_startup(startups)
    alive = [number for number, plan in enumerate(startups) if plan.is_active and number != team]
    return sorted(alive, key=lambda number: startups[number].begin)[:count]


def _candidate(plan: MemberPlan, startups: list[StartupPlan], day: date) -> None:
    row = plan.row
    row.role, row.domain = "Développeuse Django", Domain.DEVELOPPEMENT
    row.biography = (
        "Développeuse Python depuis quatre ans dans une association d’éducation populaire, je veux rejoindre un "
        "service public numérique. J’aime les tests, les livraisons courtes, les **formulaires que l’on comprend**.\n"
        "\nCe que j’apporte :\n\n- une pratique solide de Django et de PostgreSQL\n- l’accessibilité comme réflexe\n"
        "- l’habitude de travailler avec des bénévoles"
    )
    row.is_listed = row.is_looking = True
    row.available_from, row.looking_until = day, day + timedelta(days=180)
    # Asked by mail whether it is still so.
    row.availability_confirmed_at = day - timedelta(days=35)
    row.days_per_week, row.daily_rate_floor = 4, 420
    row.region, row.commune = Region.ILE_DE_FRANCE, "Montreuil"
    row.remote, row.seniority = Remote.PARTIAL, Seniority.CONFIRMED
    row.languages, row.interests = ["Français", "Espagnol (courant)"], ["Éducation populaire", "Logiciel libre"]
    plan.skills = _skills("Python", "Django", "PostgreSQL", "Développement Backend", "Accessibilité", "DSFR", "Docker")
    plan.engagements = [Engagement.FREELANCE, Engagement.EIG, Engagement.CONTRACT]


def _member(plan: MemberPlan, startups: list[StartupPlan], day: date) -> None:
    row = plan.row
    row.role, row.domain = "Designer UX", Domain.DESIGN
    row.biography = (
        "Designer depuis neuf ans, dont quatre dans la communauté. Je passe une journée par semaine avec les usagers, "
        "au guichet ou chez eux. Ma mission actuelle se termine bientôt : je cherche un produit en construction."
    )
    end = day + timedelta(days=25)
    row.is_looking, row.available_from, row.looking_until = True, end, end + timedelta(days=120)
    row.availability_confirmed_at = day - timedelta(days=3)
    row.days_per_week, row.daily_rate_floor = 3, 480
    row.region, row.commune = Region.BRETAGNE, "Rennes"
    row.remote, row.seniority = Remote.FULL, Seniority.SENIOR
    row.languages, row.interests = ["Français", "Anglais (courant)"], ["Accessibilité", "Aller vers"]
    row.links = [f"https://{row.slug.replace('.', '-')}.demo.example"]
    plan.skills = _skills("UX", "UX Research", "Product design", "Figma", "Facilitation", "Accessibilité", "DSFR")
    plan.engagements = [Engagement.FREELANCE, Engagement.CONTRACT]
    now, before, first = (_places_of(startups, 3) * 3)[:3]
    plan.stints = [
        _stint(day, 420, end, now, StintStatus.INDEPENDENT, "Indépendant"),
        _stint(day, 900, day - timedelta(days=450), before, StintStatus.INDEPENDENT, "Indépendant"),
        _stint(day, 1_380, day - timedelta(days=930), first, StintStatus.SERVICE, "Studio Clairgabion"),
        # By his own word: the team's account finds it on its startup's page.
        _stint(day, 1_500, day - timedelta(days=1_400), team_startup(startups), StintStatus.INDEPENDENT, "", False),
    ]


def _team(plan: MemberPlan, startups: list[StartupPlan], day: date) -> None:
    row, startup = plan.row, startups[team_startup(startups)]
    row.role, row.domain = "Intrapreneuse", Domain.INTRAPRENARIAT
    row.biography = (
        f"Agente publique, je porte *{startup.row.name}* depuis son investigation. L’équipe grandit et nous recrutons."
    )
    row.region, row.commune, row.seniority = Region.ILE_DE_FRANCE, "Paris", Seniority.SENIOR
    plan.skills = _skills("Intrapreneur(se)", "Administration Publique", "Product strategy", "Partenariats")
    since = (day - startup.begin).days
    plan.stints = [_stint(day, since, None, team_startup(startups), StintStatus.ADMIN, ORGANISATION_NAMES[0])]


def _editor(plan: MemberPlan, startups: list[StartupPlan], day: date) -> None:
    row = plan.row
    row.role, row.domain = "Rédacteur web", Domain.AUTRE
    row.biography = "J’écris les guides avec celles et ceux qui ont fait les choses. Je coupe beaucoup."
    row.region, row.remote = Region.OCCITANIE, Remote.FULL
    plan.skills = _skills("Communication", "Langage clair", "UX Writing")
    plan.stints = [_stint(day, 300, day + timedelta(days=200), None, StintStatus.INDEPENDENT, "Indépendant")]
    plan.team = 0


def _incubator(plan: MemberPlan, startups: list[StartupPlan], day: date) -> None:
    row = plan.row
    row.role, row.domain = "Animatrice de communauté", Domain.ANIMATION
    row.biography = "J’accompagne les startups de l’incubateur : recrutements, comités, accueil des équipes."
    row.region, row.commune, row.seniority = Region.ILE_DE_FRANCE, "Paris", Seniority.SENIOR
    plan.skills = _skills("Facilitation", "Ressources humaines", "Communication")
    plan.incubator = startups[team_startup(startups)].incubator
    plan.stints = [_stint(day, 700, None, None, StintStatus.ADMIN, ORGANISATION_NAMES[3])]


def _stint(
    day: date,
    days_ago: int,
    end: date | None,
    startup: int | None,
    status: StintStatus,
    employer: str,
    is_confirmed: bool = True,
) -> tuple[Stint, tuple[int, ...]]:
    start = day - timedelta(days=days_ago)
    where = () if startup is None else (startup,)
    return Stint(start=start, end=end, status=status, employer=employer, is_confirmed=is_confirmed), where
