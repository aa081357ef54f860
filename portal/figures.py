"""What lives on the portal today, in four numbers."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from community.enums import ACTIVE_PHASES, MemberStatus
from community.models import Incubator, Member, Startup
from community.visibility import AnyUser
from recruitment.models import Mission


@dataclass(frozen=True)
class Figure:
    """A number, what it counts in one word or two, and the list that shows what was counted."""

    count: int
    one: str
    many: str
    url: str

    @property
    def label(self) -> str:
        """The words for this count: in French, zero and one are singular."""
        return self.one if self.count < 2 else self.many


def live_figures(user: AnyUser) -> list[Figure]:
    """The four figures of the home page, as this account finds them behind the links. Four queries."""
    missions = reverse("recruitment:missions")
    members = reverse("community:members") + "?" + urlencode({"status": MemberStatus.ACTIVE})
    startups = reverse("community:startups") + "?" + urlencode({"phase": ACTIVE_PHASES}, doseq=True)
    active = Member.objects.visible_to(user).with_status_in(MemberStatus.ACTIVE)
    return [
        Figure(active.count(), "membre actif", "membres actifs", members),
        Figure(Startup.objects.active().count(), "startup active", "startups actives", startups),
        Figure(Incubator.objects.shown().count(), "incubateur", "incubateurs", reverse("community:incubators")),
        Figure(Mission.objects.open().count(), "mission ouverte", "missions ouvertes", missions),
    ]
