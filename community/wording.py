"""Dates, durations and addresses of the community in readable French, told once for every page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import date_format
from django.utils.timezone import localtime

from search.analysis import fold


def day_in_words(day: date) -> str:
    """« 1er septembre 2026 »; no line ends between the day and its month."""
    return f"{'1er' if day.day == 1 else day.day}\u00a0{date_format(day, 'F Y')}"


def moment_in_words(moment: datetime) -> str:
    """« 1er septembre 2026 à 9 h 05 », Europe/Paris."""
    here = localtime(moment)
    return f"{day_in_words(here.date())} à {here.hour}\u00a0h\u00a0{here:%M}"


def month_in_words(day: date) -> str:
    """« septembre 2026 »."""
    return date_format(day, "F Y")


def period_in_words(start: date, end: date | None, today: date) -> str:
    """« de mars 2021 à juin 2022 », « depuis mars 2021 », « à partir du 3 mars 2027 » when it is yet to begin."""
    if start > today:
        return f"à partir du {day_in_words(start)}"
    if end is None or end >= today:
        until = f", jusqu’en {month_in_words(end)}" if end else ""
        return f"depuis {month_in_words(start)}{until}"
    if (start.year, start.month) == (end.year, end.month):
        return f"en {month_in_words(start)}"
    return f"{of_name(month_in_words(start))} à {month_in_words(end)}"


# The h that is not heard is told by no rule: of those that names here begin with. Before another it is « de ».
_HEARD_AS_VOWEL = re.compile(
    r"[aeiou]|y(?![aeiou])|(?:habitat|hadrien|hector|hedwige|helena|helene|heloise|henri|henriette|hermance|hermine"
    r"|herve|hilaire|hippolyte|histoire|honore|honorine|hopital|horizon|hortense|hubert|hugo|hugues|huguette|hyacinthe)"
    r"(?![a-z])"
)


def of_name(name: str) -> str:
    """« de Léa », « d’Ousmane », « d’Hélène »: the preposition with the name of a person, a team or a month."""
    return f"d’{name}" if _HEARD_AS_VOWEL.match(fold(name)) else f"de {name}"


def months_between(start: date, end: date) -> int:
    """Whole months from a day to a day, both included, to the nearest; at least 1."""
    days = (end - start).days + 1
    return max(1, round(days / 30.4375))


def duration_in_words(months: int) -> str:
    """« 8 mois », « 1 an », « 2 ans et 3 mois »."""
    years, rest = divmod(months, 12)
    parts = []
    if years:
        parts.append(f"{years} an{'s' if years > 1 else ''}")
    if rest or not years:
        parts.append(f"{rest} mois")
    return " et ".join(parts)


def web_address(text: str) -> str:
    """The address when it is one that a link may open (http or https, with a host), else an empty string."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.netloc and " " not in text else ""


def mail_address(text: str) -> str:
    """The mail address when it is one, else an empty string."""
    text = text.strip().removeprefix("mailto:")
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


class Link(NamedTuple):
    """A link: what it says, and where it leads."""

    label: str
    url: str


def safe_links(addresses: Iterable[tuple[str, Any]]) -> list[Link]:
    """(label, address) pairs as links: web addresses, and mail addresses as `mailto:`; anything else is left out."""
    links = []
    for label, address in addresses:
        if not isinstance(address, str):
            continue
        if url := web_address(address):
            links.append(Link(label or urlsplit(url).netloc.removeprefix("www."), url))
        elif mail := mail_address(address):
            links.append(Link(label or mail, f"mailto:{mail}"))
    return links


DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""For a pattern: the signs that turn the reading direction of what follows them (Unicode, `Bidi_Control`)."""

_UNBROKEN = re.compile(r"(?<=\S) (?=[:;?!»%](?:[^\w}]|$))|(?<=«) ")


def typeset(text: str) -> str:
    """French text whose spaces inside « » and before : ; ? ! % do not break at the end of a line."""
    return _UNBROKEN.sub("\u00a0", text)
