"""The administrations that pay for a startup, as its page tells them: added by its own people, found by any spelling.

People hide from administrations, and whoever works for a startup that one of them pays for is then kept from finding
them (`community.visibility`). So a sponsor that goes shows people to the team: who only leads the startup takes back
what the page's own people had added, and the others are for `SPONSOR_REMOVERS`.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from rapidfuzz import fuzz, process

from community.actions.keeping import locked
from community.actions.pages import PageRefused, note
from community.actions.roles import authorities
from community.enums import OrganisationKind
from community.folding import words_of
from community.models import Incubator, Organisation, PageChange, PageSection, Startup, User, spelling_key
from community.models.roles import SPONSOR_REMOVERS
from community.vocabulary import free_slug

MOST_SPONSORS = 40
PROPOSED = 8
_NEAR = 78
"""Likeness (0 to 100) from which another spelling may be what was meant."""
KEPT = (
    "Ce sponsor ne peut être retiré que par l’équipe de l’incubateur ou par celle du programme : écrivez-leur s’il "
    "est faux."
)


def proposable() -> QuerySet[Organisation]:
    """The administrations that the public data or a page tells of: what was typed and taken back is not proposed."""
    pays = Startup.sponsors.through.objects.filter(organisation=OuterRef("pk"))
    owns = Incubator.objects.filter(owner=OuterRef("pk"))
    return Organisation.objects.filter(~Q(kind=OrganisationKind.OTHER) | Q(Exists(pays)) | Q(Exists(owns)))


def _spellings(rows: Iterable[Organisation]) -> dict[str, Organisation]:
    """`spelling_key` of each name, and of each acronym that one alone has. Administrations are few."""
    names: dict[str, Organisation] = {}
    acronyms: dict[str, list[Organisation]] = {}
    for row in rows:
        names.setdefault(spelling_key(row.name), row)
        acronyms.setdefault(spelling_key(row.acronym), []).append(row)
    return {key: found[0] for key, found in acronyms.items() if key and len(found) == 1} | names


def known_organisation(text: str) -> Organisation | None:
    """The administration that this spelling, of its name or of its acronym, leads to."""
    return _spellings(Organisation.objects.order_by("pk")).get(spelling_key(text))


def near_organisations(text: str) -> list[str]:
    """Names of administrations that may be what was meant by an unknown spelling, the nearest first."""
    spellings = _spellings(proposable().order_by("pk"))
    found = process.extract(
        spelling_key(text), spellings.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=PROPOSED
    )
    return list(dict.fromkeys(spellings[key].name for key, _score, _place in found))[:4]


def organisations_with(text: str) -> list[str]:
    """Names to propose while one types: those with a word that begins so, for each word that was typed."""
    words = words_of(text)
    if not words:
        return []
    named = [(row.name, words_of(f"{row.name} {row.acronym}")) for row in proposable().order_by("name")]
    return [name for name, own in named if all(any(one.startswith(word) for one in own) for word in words)][:PROPOSED]


@transaction.atomic
def add_sponsor(startup: Startup, text: str, *, by: User) -> tuple[str, bool]:
    """Add a sponsor: its name, and whether it is new to the page. An unknown spelling becomes an administration.

    Raises `PageRefused`, `PermissionDenied`, `ValueError` for a text without a letter or a digit.
    """
    startup = locked(startup, by)
    if not spelling_key(text):
        raise ValueError(text)
    present = set(startup.sponsors.values_list("pk", flat=True))
    known = known_organisation(text)
    if known is not None and known.pk in present:
        return known.name, False
    if len(present) >= MOST_SPONSORS:
        raise PageRefused(f"Il y a déjà {MOST_SPONSORS} sponsors, le maximum : retirez-en un d’abord.")
    sponsor = known or _new(text)
    startup.sponsors.add(sponsor)
    note(startup, PageSection.SPONSORS, {}, {f"sponsor:{sponsor.pk}": sponsor.name}, by=by)
    return sponsor.name, True


def _new(text: str) -> Organisation:
    slug = free_slug(text, set(Organisation.objects.values_list("slug", flat=True)), otherwise="organisation")
    # Two teams may type the same name at the same moment.
    return Organisation.objects.get_or_create(slug=slug, defaults={"name": text})[0]


@transaction.atomic
def remove_sponsor(startup: Startup, pk: int, *, by: User) -> str:
    """Take a sponsor away, and give its name; empty where the page has it no more.

    Raises `PageRefused` where that is for others, `PermissionDenied`.
    """
    startup = locked(startup, by)
    sponsor = startup.sponsors.filter(pk=pk).first()
    if sponsor is None:
        return ""
    check_removal(startup, pk, by)
    startup.sponsors.remove(sponsor)
    note(startup, PageSection.SPONSORS, {f"sponsor:{pk}": sponsor.name}, {}, by=by)
    return str(sponsor.name)


def removable(startup: Startup, by: User) -> set[int]:
    """The sponsors that this account may take away."""
    present = set(startup.sponsors.values_list("pk", flat=True))
    if {one.grantor for one in authorities(by, startup)} & {*SPONSOR_REMOVERS}:
        return present
    first: dict[str, bool] = {}
    for change in PageChange.objects.filter(startup=startup, section=PageSection.SPONSORS).order_by("pk"):
        for key, before in change.before.items():
            first.setdefault(key, before is None)
    return {pk for pk in present if first.get(f"sponsor:{pk}", False)}


def check_removal(startup: Startup, pk: int, by: User) -> None:
    """Raises `PageRefused` where that sponsor is not for this account to take away."""
    if pk not in removable(startup, by):
        raise PageRefused(KEPT)
