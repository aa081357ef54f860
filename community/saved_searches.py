"""The lists of the community whose searches may be saved, how their conditions read in a sentence, and how alerts tell
their rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from community.enums import Domain
from community.forms import MemberSearchForm, StartupSearchForm
from community.listing.saving import SavableList, register
from community.mail.alerts import Told, tell
from community.mail.kinds import Entry
from community.models import Member, Startup
from community.regions import Region

if TYPE_CHECKING:
    from community.models import User

_PLACES = {
    Region.LA_REUNION: "à La Réunion",
    Region.MAYOTTE: "à Mayotte",
    Region.HAUTS_DE_FRANCE: "dans les Hauts-de-France",
    Region.GRAND_EST: "dans le Grand Est",
    Region.PAYS_DE_LA_LOIRE: "dans les Pays de la Loire",
}
_PEOPLE: dict[str, str] = {
    Domain.ANIMATION: "Animatrices et animateurs",
    Domain.ATTRIBUTAIRE: "Attributaires",
    Domain.COACHING: "Coachs",
    Domain.DATA: "Spécialistes data",
    Domain.DEPLOIEMENT: "Chargées et chargés de déploiement",
    Domain.DESIGN: "Designers",
    Domain.DEVELOPPEMENT: "Développeuses et développeurs",
    Domain.INTRAPRENARIAT: "Intrapreneuses et intrapreneurs",
    Domain.PRODUIT: "Spécialistes produit",
}


def in_region(code: str, label: str) -> str:
    """« en Bretagne », « dans le Grand Est »."""
    return next((words for region, words in _PLACES.items() if region.value == code), f"en {label}")


def in_lower_case(_value: str, label: str) -> str:
    """A label within a sentence: « en construction »."""
    return label[:1].lower() + label[1:]


def _available(value: str, label: str) -> str:
    return "en recherche" if value == "non-precise" else f"disponibles {in_lower_case(value, label)}"


def _members(user: User, ids: Collection[int]) -> Mapping[int, Entry]:
    rows = Member.objects.visible_to(user).filter(pk__in=ids)
    return {row.pk: Entry(row.full_name, row.get_absolute_url(), (row.role,) if row.role else ()) for row in rows}


def _startups(user: User, ids: Collection[int]) -> Mapping[int, Entry]:
    rows = Startup.objects.filter(pk__in=ids)
    return {row.pk: Entry(row.name, row.get_absolute_url(), (row.pitch,) if row.pitch else ()) for row in rows}


register(
    SavableList(
        MemberSearchForm,
        "community:members",
        "Membres",
        newest="arrival",
        heads=("domain", _PEOPLE),
        phrases={"region": in_region, "availability": _available},
    )
)
register(
    SavableList(StartupSearchForm, "community:startups", "Startups", newest="phase", phrases={"phase": in_lower_case})
)
tell(Told("members", "Membres", "community:members", _members))
tell(Told("startups", "Startups", "community:startups", _startups))
