"""Where a CV plainly says that the person lives: a region of France, a commune. Never a street."""

from __future__ import annotations

import re
from collections.abc import Iterable

from community.regions import Region
from community.resume.sections import Placed, Section
from search.analysis import fold

_REGIONS = {fold(label): value for value, label in Region.choices} | {"idf": "11", "paca": "93"}
_LABEL = re.compile(
    r"\b(?:ville|commune|localisation|lieu|résidence|adresse|location|city|based in|located in|basée? (?:à|au|en)"
    r"|bas[ée]·e (?:à|au|en)|habite (?:à|au|en)|domiciliée? (?:à|au|en))\s*:?\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"(?<!\d)\d{5}\s+(?P<town>[^\W\d_][^\d,;|()\t•·]{1,60})")
_APART = re.compile(r"[,;|()\t•·/]|\s[-–—]\s")
_TOWN = re.compile(r"(?:(?:Le|La|Les|L’|L')\s*)?[A-ZÀ-Ý][^\W\d_]+(?:[ '’-](?:[^\W\d_]+)){0,5}")
_COUNTRY = {"france", "fr"}
_READ = {Section.TOP, Section.CONTACT}


def named_place(lines: Iterable[Placed]) -> tuple[str, str]:
    """The commune and the code of the region; each empty where it is not plainly said."""
    commune = region = ""
    for line in lines:
        if line.section not in _READ:
            continue
        labelled = _LABEL.search(line.text)
        pieces = [piece.strip(" .:") for piece in _APART.split(labelled["rest"] if labelled else line.text)]
        for place, piece in enumerate(pieces):
            if code := region_of(piece):
                region = region or code
                # « Rennes, Bretagne, France »
                if place and not commune:
                    commune = _town(pieces[place - 1])
        postal = _POSTAL.search(line.text)
        if not commune and (postal or labelled):
            commune = _town(postal["town"]) if postal else _town(pieces[0])
        if not commune and len(pieces) == 2 and fold(pieces[1]) in _COUNTRY:
            commune = _town(pieces[0])
    return commune, region


def region_of(text: str) -> str:
    """The code of the region of that name; empty for any other text."""
    return _REGIONS.get(fold(text), "")


def _town(text: str) -> str:
    text = text.strip(" .,:;-")
    if region_of(text) or fold(text) in _COUNTRY or not _TOWN.fullmatch(text):
        return ""
    return text
