"""What an answer that one's profile lacks would open, besides what the rapprochement makes of it.

Told as it is: what the directory finds, filters by and shows (`community.documents`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from community.days import today
from community.models import Member, Stint


class Opening(NamedTuple):
    """One answer, what it opens, and where to give it."""

    answer: str
    opens: str
    url: str


def openings(member: Member, stints: Iterable[Stint]) -> list[Opening]:
    """For one's own profile, with one's stints. One query."""
    presentation, availability, links = (
        reverse(f"community:profile_{page}") for page in ("presentation", "availability", "links")
    )
    day = today()
    works = any(stint.is_confirmed and stint.runs_on(day) for stint in stints)
    found = []
    if not member.biography:
        found.append(Opening("Votre présentation", "la recherche trouve les mots que vous y écrivez", presentation))
    # Who has a mission and looks for none lacks no answer.
    if not works and not member.says_looking_on():
        told = "les équipes qui ne regardent que les personnes en recherche vous trouvent"
        found.append(Opening("Votre recherche d’une mission", told, availability))
    if not member.engagements.exists():
        told = "on vous trouve par ce filtre, et les missions qui demandent autre chose sont mises à part"
        found.append(Opening("Les engagements que vous recherchez", told, availability))
    if not (member.links or member.languages or member.interests):
        told = "ils se lisent sur votre fiche"
        found.append(Opening("Vos liens, langues et centres d’intérêt", told, links))
    return found
