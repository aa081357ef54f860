"""From when to when, as people write it in a CV: « mars 2021 – juin 2022 », « since 03/2021 », « 2019-2021 »."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        1,
    )
    for name in names.split()
}
_ACCENTS = str.maketrans("éèêûùôîç", "eeeuuoic")
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_MOMENT = (
    rf"(?:(?:\d{{1,2}}(?:er)?\s+)?(?P<name{{0}}>{_NAMES})\.?\s+(?P<named{{0}}>(?:19|20)\d\d)"
    r"|(?:\d{{1,2}}[/.])?(?P<month{0}>0?[1-9]|1[0-2])[/.](?P<dated{0}>(?:19|20)\d\d)"
    r"|(?P<isoyear{0}>(?:19|20)\d\d)-(?P<isomonth{0}>0[1-9]|1[0-2])(?!\d)"
    r"|(?P<year{0}>(?:19|20)\d\d))"
)
_NOW = r"(?P<now>aujourd.?hui|ce jour|present|maintenant|actuel\w*|en cours|today|now|current\w*|ongoing|\.\.\.|…)"


def _moment(number: int) -> str:
    return _MOMENT.replace("{{", "{").replace("}}", "}").replace("{0}", str(number))


_BETWEEN = re.compile(
    rf"(?<![\w/.]){_moment(1)}\s*(?:-|–|—|−|>|→|à|a|au|to|until|jusqu.?(?:a|en|au)?)\s*(?:{_NOW}|{_moment(2)})(?!\w)"
)
_SINCE = re.compile(rf"\b(?:depuis|since|from)\s+(?:le\s+)?{_moment(1)}(?!\w)")


@dataclass(frozen=True)
class Period:
    """Both days included; without `end` it goes on. What a CV does not say is rounded: months are whole, and years."""

    start: date
    end: date | None


def period_in(text: str) -> Period | None:
    """The first period that a text tells, if it tells any."""
    plain = text.casefold().translate(_ACCENTS)
    if found := _BETWEEN.search(plain):
        start = _first_day(found, 1)
        end = None if found["now"] else _last_day(found, 2)
        return Period(start, end) if end is None or end >= start else None
    if found := _SINCE.search(plain):
        return Period(_first_day(found, 1), None)
    return None


def _year_and_month(found: re.Match[str], number: int) -> tuple[int, int | None]:
    if found[f"name{number}"]:
        return int(found[f"named{number}"]), _MONTHS[found[f"name{number}"]]
    if found[f"month{number}"]:
        return int(found[f"dated{number}"]), int(found[f"month{number}"])
    if found[f"isoyear{number}"]:
        return int(found[f"isoyear{number}"]), int(found[f"isomonth{number}"])
    return int(found[f"year{number}"]), None


def _first_day(found: re.Match[str], number: int) -> date:
    year, month = _year_and_month(found, number)
    return date(year, month or 1, 1)


def _last_day(found: re.Match[str], number: int) -> date:
    year, month = _year_and_month(found, number)
    return last_day_of(year, month or 12)


def last_day_of(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])
