"""The facts of a mission in readable French, told once for cards, pages and mails.

An unknown fact gives an empty string: what nobody said is not made up.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.utils.formats import number_format

from community.days import today
from community.enums import Engagement, Remote
from community.wording import day_in_words, mail_address, web_address
from recruitment.enums import MissionState
from recruitment.models import Mission

NBSP = "\u00a0"

# When so few days are left to answer, a card says it loudly.
SOON = 7


class StateWords(NamedTuple):
    """A state as a reader meets it: its label, the kind of badge that says it, and a sentence (empty when open)."""

    label: str
    kind: str
    sentence: str


_STATES: dict[str, StateWords] = {
    MissionState.DRAFT: StateWords(
        "Brouillon", "new", "Cette mission est un brouillon\N{NO-BREAK SPACE}: elle n’est pas publiée."
    ),
    MissionState.IN_REVIEW: StateWords(
        "En relecture", "info", "Cette mission est en relecture\N{NO-BREAK SPACE}: elle n’est pas encore publiée."
    ),
    MissionState.OPEN: StateWords("Ouverte", "success", ""),
    MissionState.SUSPENDED: StateWords(
        "Suspendue",
        "warning",
        "Cette mission est suspendue\N{NO-BREAK SPACE}: elle n’est plus publiée pour le moment.",
    ),
    MissionState.FILLED: StateWords(
        "Pourvue", "", "Cette mission est pourvue\N{NO-BREAK SPACE}: on ne peut plus y répondre."
    ),
    MissionState.CLOSED: StateWords(
        "Fermée", "", "Cette mission est fermée\N{NO-BREAK SPACE}: on ne peut plus y répondre."
    ),
    MissionState.EXPIRED: StateWords(
        "Expirée", "", "Cette mission a expiré\N{NO-BREAK SPACE}: on ne peut plus y répondre."
    ),
}


def state_words(mission: Mission, day: date | None = None) -> StateWords:
    """The state on that day (today): a mission past its expiry reads « Expirée » before anybody has closed it."""
    if mission.state == MissionState.OPEN and not mission.is_open(day):
        return _STATES[MissionState.EXPIRED]
    return _STATES[mission.state]


def pay(mission: Mission) -> str:
    """The daily rate in euros excluding tax, or the gross yearly salary: « 450 à 550 € HT par jour »."""
    rate = _range(mission.daily_rate_min, mission.daily_rate_max)
    if rate:
        return f"{rate} HT par jour"
    salary = _range(mission.salary_min, mission.salary_max)
    return f"{salary} brut par an" if salary else ""


def _range(low: int | None, high: int | None) -> str:
    if low is not None and high is not None and low != high:
        return f"{_euros(low, unit=False)} à {_euros(high)}"
    if low is not None and high is None:
        return f"à partir de {_euros(low)}"
    if low is None and high is not None:
        return f"jusqu’à {_euros(high)}"
    return _euros(low) if low is not None else ""


def _euros(amount: int, *, unit: bool = True) -> str:
    return number_format(amount, force_grouping=True) + (f"{NBSP}€" if unit else "")


def rhythm(mission: Mission) -> str:
    """« 3 jours par semaine », « une demi-journée par semaine », « temps plein »."""
    days: Decimal | None = mission.days_per_week
    if days is None:
        return ""
    if days == 5:
        return "temps plein"
    if days == Decimal("0.5"):
        return "une demi-journée par semaine"
    number = number_format(days.normalize()) if days % 1 else str(int(days))
    return f"{number} {'jour' if days < 2 else 'jours'} par semaine"


def duration(mission: Mission) -> str:
    """« 6 mois »."""
    return f"{mission.duration_months} mois" if mission.duration_months else ""


def start(mission: Mission) -> str:
    """« le 1er septembre 2026 », or « dès que possible »."""
    return f"le {day_in_words(mission.starts_on)}" if mission.starts_on else "dès que possible"


def place(mission: Mission) -> str:
    """« Lyon (Auvergne-Rhône-Alpes) »; the region alone, the commune alone, or nothing."""
    region = mission.get_region_display() if mission.region else ""
    if mission.commune and region:
        return f"{mission.commune} ({region})"
    return mission.commune or region


def place_and_remote(mission: Mission) -> str:
    """Where the work is done, in one line: « Lyon (Auvergne-Rhône-Alpes), télétravail partiel »."""
    remote = mission.get_remote_display() if mission.remote else ""
    where = place(mission)
    if where and mission.remote and mission.remote != Remote.NONE:
        return f"{where}, {remote[0].lower()}{remote[1:]}"
    return where or remote


class Remaining(NamedTuple):
    """How long one may still answer."""

    words: str
    is_soon: bool


def remaining(mission: Mission, day: date | None = None) -> Remaining | None:
    """« encore 12 jours », « dernier jour » on that day (today); None without an end, or when it is over."""
    day = day or today()
    if not mission.is_open(day) or mission.expires_on is None:
        return None
    days = (mission.expires_on - day).days
    words = f"encore {days} jour{'s' if days > 1 else ''}" if days else "dernier jour"
    return Remaining(words, days <= SOON)


def engagement(mission: Mission) -> str:
    """The kind of contract, as short as a badge: « EIG » for the long name."""
    if mission.engagement == Engagement.EIG:
        return "EIG"
    return mission.get_engagement_display() if mission.engagement else ""


def openings(mission: Mission) -> str:
    """« 2 postes »; empty for the usual one."""
    return f"{mission.openings} postes" if mission.openings > 1 else ""


def host_name(mission: Mission) -> str:
    """Who offers the mission: the startup, or the structure that an imported posting names."""
    return mission.startup.name if mission.startup else mission.host


class Contact(NamedTuple):
    """How one answers a mission. `kind`: mail, web or text; `url` is empty for a text, and safe to link otherwise."""

    kind: str
    label: str
    url: str = ""


def contact(mission: Mission) -> Contact | None:
    """The contact as the team gave it, with a link where it is an address; None where there is none."""
    given = mission.contact.strip()
    if mail := mail_address(given):
        return Contact("mail", mail, f"mailto:{quote(mail, safe='@')}?subject={quote(mission.title)}")
    if web := web_address(given):
        return Contact("web", urlsplit(web).netloc.removeprefix("www."), web)
    return Contact("text", given) if given else None
