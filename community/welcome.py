"""The first steps of a newcomer: what each account has done. Worked out from what is there; nothing is pushed."""

from __future__ import annotations

from dataclasses import dataclass

from community.actions.consents import has_consented
from community.charter import CHARTER_VERSION
from community.days import today
from community.enums import ConsentSubject, RoleName, WelcomeStep
from community.models import Claim, Incubator, Member, RoleGrant, Startup, Stint, User, WelcomeMark


@dataclass(frozen=True)
class Contact:
    """Somebody, or some place, to turn to first."""

    label: str
    url: str
    told: str


@dataclass(frozen=True)
class Welcome:
    """How far somebody is. `needs_no_record`: they said so; `profile_left`: what their profile does not say yet."""

    member: Member | None
    claim: Claim | None
    has_charter: bool
    profile_left: list[str]
    needs_no_record: bool
    has_contacts: bool
    contacts: list[Contact]

    @property
    def steps(self) -> int:
        """How many steps there are for this person."""
        return 4 if self.member else 3

    @property
    def done(self) -> int:
        """How many are done."""
        has_place = self.member is not None or self.needs_no_record
        has_profile = self.member is not None and not self.profile_left
        return sum((has_place, self.has_charter, has_profile, self.has_contacts))


def welcome_of(user: User) -> Welcome:
    """Where this account is on its way. Costs the same whatever their history."""
    member: Member | None = Member.objects.filter(user=user).select_related("incubator").first()
    marks = set(WelcomeMark.objects.filter(user=user).values_list("step", flat=True))
    return Welcome(
        member=member,
        claim=Claim.objects.open().filter(user=user).select_related("member").first() if member is None else None,
        has_charter=has_consented(user, ConsentSubject.CHARTER, CHARTER_VERSION),
        profile_left=_left(member) if member else [],
        needs_no_record=WelcomeStep.NO_RECORD in marks,
        has_contacts=WelcomeStep.CONTACTS in marks,
        contacts=_contacts(user, member),
    )


def _left(member: Member) -> list[str]:
    told = {
        "votre métier": member.role,
        "votre domaine": member.domain,
        "une présentation": member.biography,
        "des compétences": member.member_skills.exists(),
    }
    return [name for name, said in told.items() if not said]


def _contacts(user: User, member: Member | None) -> list[Contact]:
    """The leads of the startups where somebody works today, or the startups, and their incubators."""
    if member is None:
        return []
    current = Stint.objects.on().confirmed().filter(member=member)
    startups = list(Startup.objects.filter(stints__in=current).select_related("incubator").distinct().order_by("name"))
    held = RoleGrant.objects.in_force(today()).filter(role=RoleName.STARTUP_LEAD, startup__in=startups)
    leads = Member.objects.visible_to(user).filter(user__in=held.values("user")).exclude(pk=member.pk)
    found = [
        Contact(lead.full_name, lead.get_absolute_url(), "responsable de votre startup")
        for lead in leads.order_by("full_name", "pk")[:10]
    ]
    found += [Contact(startup.name, startup.get_absolute_url(), "votre startup") for startup in startups]
    incubators: list[Incubator | None] = [startup.incubator for startup in startups]
    hosts = {host.pk: host for host in [*incubators, member.incubator] if host is not None}
    found += [Contact(host.name, host.get_absolute_url(), "votre incubateur") for host in hosts.values()]
    return found
