"""Where a CV plainly says that the person lives: a region of France, a commune. Never a street."""

from __future__ import annotations

import re
from collections.abc import Iterable

from community.regions import Region
from community.resume.sections import Placed, Section
from community.resume.trades import names_trade
from search.analysis import fold

_REGIONS = {fold(label): value for value, label in Region.choices} | {"idf": "11", "paca": "93"}
_LABEL = re.compile(
    r"\b(?:ville|commune|localisation|lieu|résidence|adresse|location|city|based in|located in|basée? (?:à|au|en)"
    r"|bas[ée]·e (?:à|au|en)|habite (?:à|au|en)|domiciliée? (?:à|au|en))\s*:?\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"(?<!\d)\d{5}\s+(?P<town>[^\W\d_][^\d,;|()\t•·]{1,60})")
_PARTS = re.compile(r"[;|\t•·]|\s[-–—]\s")
_APART = re.compile(r"[,()/]")
_TOWN = re.compile(r"(?:(?:Le|La|Les|L’|L')\s*)?[A-ZÀ-Ý][^\W\d_]+(?:[ '’-](?:[^\W\d_]+)){0,5}")
_COUNTRY = {"france", "fr"}
_READ = {Section.TOP, Section.CONTACT}


def named_place(lines: Iterable[Placed], full_name: str = "") -> tuple[str, str]:
    """The commune and the code of the region; each empty where it is not plainly said. `full_name`: no place."""
    commune = region = ""
    own = set(fold(full_name).split())
    for text in (part for line in lines if line.section in _READ for part in _PARTS.split(line.text)):
        labelled = _LABEL.search(text)
        pieces = [piece.strip(" .:") for piece in _APART.split(labelled["rest"] if labelled else text)]
        towns = [_town(piece, own) for piece in pieces]
        for place, piece in enumerate(pieces):
            if code := region_of(piece):
                region = region or code
                # « Rennes, Bretagne, France »
                if place:
                    commune = commune or towns[place - 1]
        if postal := _POSTAL.search(text):
            commune = commune or _town(postal["town"], own)
        elif labelled or (len(pieces) == 2 and fold(pieces[1]) in _COUNTRY):
            commune = commune or towns[0]
    return commune, region


def region_of(text: str) -> str:
    """The code of the region of that name; empty for any other text."""
    return _REGIONS.get(fold(text), "")


def _town(text: str, own: set[str]) -> str:
    text = text.strip(" .,:;-")
    words = set(fold(text).split())
    is_else = region_of(text) or words <= (own | _COUNTRY) or names_trade(text)
    return text if _TOWN.fullmatch(text) and not is_else else ""
