"""A crowd drawn at random, who look at each other: what each says, to whom, and what each viewer may know of it.

Who may see what is worked out by the table of its own of `tests.community.test_chosen_audiences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from hypothesis import strategies as st

from community.actions.saved_searches import Seen, save_search
from community.days import today
from community.enums import Engagement, FieldAudience, MailFrequency, RoleName, Visibility
from community.models import EngagementSought, Member, Photo, User
from community.visibility import organisation_key, startup_key
from recruitment.models import Mission
from search.declarations import Audience, Viewer
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
    days_ago,
)
from tests.community.test_chosen_audiences import USUAL, Person
from tests.recruitment.factories import ApplicationFactory, MissionFactory

CEILING = 734_512
"""Of the rate of A's mission: half of a crowd asks for more."""
MOST = 6
"""People of one crowd: all stand on the first page of a list."""
PLACES = ("at A", "at A, gone", "at B", "by their own word", "listed", "nowhere")
READERS = "recruiter of A"
"""The viewer who reads the files of A's candidates."""
CHOSEN = ("commune", "daily_rate_floor")
"""Fields with a word of their own, and an audience that people choose."""
HIDING = ("A", "B", "X", "Y")
"""The startups A (for which X pays, hosted by an incubator of Y) and B."""

choices = st.sampled_from(["", *FieldAudience.values])
people = st.lists(
    st.fixed_dictionaries(
        {
            "visibility": st.sampled_from([Visibility.PUBLIC, *Visibility]),
            "place": st.sampled_from(PLACES),
            "hides": st.sets(st.sampled_from(HIDING), max_size=2),
            "choices": st.fixed_dictionaries(dict.fromkeys(USUAL, choices)),
            "engagements": st.sets(st.sampled_from(Engagement.values), max_size=2),
            "is_looking": st.booleans(),
            "until": st.sampled_from([None, -1, 0, 9]),
            "begins": st.sampled_from([None, -5, 0, 60, 200]),
            "has_account": st.booleans(),
            "applies": st.booleans(),
        }
    ),
    min_size=1,
    max_size=MOST,
)

# Words that nothing else says, far enough from each other not to be taken for one another.
GIVEN = ("Quibrandel", "Voxtumir", "Jazpelloc", "Wyrnoshik", "Tuldefraz", "Hegvimosk")
FAMILY = ("Zelbraxon", "Murkopind", "Fyndalesk", "Drobizukt", "Kwasprigel", "Nolvitarch")
TRADES = ("tradaquille", "trobelume", "tricodax", "trefugil", "tromazin", "trupekol")
SKILLS = ("sklopharium", "sqezundral", "skybromite", "skwiltanor", "skojufexin", "skradimulb")
COMMUNES = ("Villequorne", "Bourgzevak", "Montpylith", "Chatouxige", "Saintdraffe", "Plouwenkor")
LIVES = ("bioplexandre", "bivorquantis", "bimulgraphe", "bizelkonic", "bifratumel", "bidoxarine")
EMPLOYERS = ("emprovaluk", "emdrixofal", "emzaquiter", "emflubronic", "emjolpesta", "emkwardine")


@dataclass
class Somebody(Person):
    """One of the crowd, by place in the lists of words above."""

    place: int = 0
    where: str = ""
    has_account: bool = False
    application: int | None = None

    def exists_for(self, viewer: Viewer) -> bool:
        """In the directory, and shown to this viewer."""
        return self.where not in {"nowhere", "by their own word"} and super().exists_for(viewer)

    @property
    def words(self) -> dict[str, str]:
        """What is said of them, under the field that says who may see it; « » : whoever sees the person."""
        at = self.place
        return {
            "given": GIVEN[at],
            "family": FAMILY[at],
            "slug": self.row.slug,
            "trade": TRADES[at],
            "skill": SKILLS[at],
            "life": LIVES[at],
            "employer": EMPLOYERS[at],
            "commune": COMMUNES[at],
            "daily_rate_floor": str(self.row.daily_rate_floor),
        }

    def untold(self, viewer: Viewer) -> set[str]:
        """The words that this viewer finds nowhere."""
        if not self.exists_for(viewer):
            return set(self.words.values())
        hidden = {name for name in CHOSEN if self.tells(name, viewer) is None}
        return {self.words[name] for name in hidden}

    def told_to_readers(self, name: str, viewer: Viewer) -> bool:
        """Whether those who read the files of A's candidates are told a field, in the file of whoever applies to A."""
        chosen = self.choices.get(name, "") == FieldAudience.APPLIED_TEAMS
        return self.application is not None and (chosen or self.tells(name, viewer) is not None)

    def kept_from_readers(self, viewer: Viewer) -> set[str]:
        """The words that those who read the files of A's candidates do not find there."""
        if self.application is None:
            return set(self.words.values())
        return {self.words[name] for name in CHOSEN if not self.told_to_readers(name, viewer)}


class Stage:
    """Where the crowd works, and whoever looks at it: by name, who each viewer is and their browser."""

    def __init__(self) -> None:
        self.payer, self.owner = OrganisationFactory(slug="payeur"), OrganisationFactory(slug="tutelle")
        self.incubator = IncubatorFactory(slug="hote", owner=self.owner)
        self.a = StartupFactory(slug="sujet", name="Sujet A", incubator=self.incubator, sponsors=[self.payer])
        self.b = StartupFactory(slug="voisine", name="Voisine B")
        self.mission: Mission = MissionFactory(
            slug="ouverte", title="Mission de A", startup=self.a, daily_rate_max=CEILING
        )
        self.keys = {
            "A": startup_key(self.a.pk),
            "B": startup_key(self.b.pk),
            "X": organisation_key(self.payer.pk),
            "Y": organisation_key(self.owner.pk),
        }
        self.viewers: dict[str, Viewer] = {}
        self.clients: dict[str, Client] = {}
        self.users: dict[str, User] = {}
        self._viewers()

    def _viewers(self) -> None:
        self._viewer("visitor", None, Audience.PUBLIC)
        self._viewer("candidate", self._works(None), Audience.PUBLIC)
        self._viewer("member at A", self._works(self.a), Audience.COMMUNITY, "AXY")
        self._viewer("lead of A", self._granted(RoleName.STARTUP_LEAD, startup=self.a), Audience.TEAMS, "AXY")
        for name, tier, gone in (("recruiter of B", Audience.TEAMS, None), ("gone from B", Audience.COMMUNITY, 5)):
            user = self._works(self.b, end=days_ago(gone) if gone else None)
            self._viewer(name, self._granted(RoleName.RECRUITER, user=user, startup=self.b), tier, "B")
        staff = self._granted(RoleName.INCUBATOR_STAFF, incubator=self.incubator)
        self._viewer("incubator", staff, Audience.TEAMS, "Y")
        reader = self._granted(RoleName.RECRUITER, user=self._works(self.a), startup=self.a)
        self._viewer(READERS, reader, Audience.TEAMS, "AXY")
        self._viewer("juror", self._granted(RoleName.JUROR), Audience.COMMUNITY)
        self._viewer("programme", self._granted(RoleName.PROGRAMME), Audience.TEAMS)
        self._viewer("administrator", UserFactory(is_superuser=True, is_staff=True), Audience.TEAMS)

    def _works(self, startup: Any, **dates: Any) -> Any:
        member = MemberFactory(user=UserFactory(), full_name="Sacha Regarde")
        if startup is not None:
            StintFactory(member=member, startups=[startup], **dates)
        return member.user

    def _granted(self, role: RoleName, **given: Any) -> Any:
        return RoleGrantFactory(role=role, **given).user

    def _viewer(self, name: str, user: Any, tier: Audience, keys: str = "") -> None:
        self.viewers[name] = Viewer(tier, frozenset(self.keys[key] for key in keys))
        self.clients[name] = Client(raise_request_exception=False)
        if user is not None:
            self.users[name] = user
            self.clients[name].force_login(user)
            save_search("members", {}, "Tout le monde", by=user, seen=Seen([], 0), alerts=MailFrequency.AT_ONCE)

    def draw(self, drawn: list[Mapping[str, Any]]) -> list[Somebody]:
        """Write these people into the database."""
        return [self._somebody(place, told) for place, told in enumerate(drawn)]

    def _somebody(self, place: int, told: Mapping[str, Any]) -> Somebody:
        day = today()
        row: Member = MemberFactory(
            slug=f"personne.{'abcdefghij'[place]}{FAMILY[place].lower()[::-1]}",
            full_name=f"{GIVEN[place]} {FAMILY[place]}",
            role=TRADES[place],
            biography=LIVES[place],
            commune=COMMUNES[place],
            daily_rate_floor=CEILING - 25 + 10 * place,
            visibility=told["visibility"],
            is_listed=told["place"] == "listed",
            is_looking=told["is_looking"],
            looking_until=None if told["until"] is None else day + timedelta(days=told["until"]),
            available_from=None if told["begins"] is None else day + timedelta(days=told["begins"]),
            skills=[SKILLS[place]],
            user=UserFactory() if told["has_account"] else None,
            **{f"{name}_audience": choice for name, choice in told["choices"].items()},
        )
        if told["place"] not in {"listed", "nowhere"}:
            StintFactory(
                member=row,
                startups=[self.b if told["place"] == "at B" else self.a],
                end=day - timedelta(days=10) if told["place"] == "at A, gone" else None,
                is_confirmed=told["place"] != "by their own word",
                employer=EMPLOYERS[place],
            )
        engagements = sorted(told["engagements"])
        EngagementSought.objects.bulk_create(EngagementSought(member=row, engagement=one) for one in engagements)
        row.hidden_from_startups.set([{"A": self.a, "B": self.b}[key] for key in told["hides"] & {"A", "B"}])
        row.hidden_from_organisations.set(
            [{"X": self.payer, "Y": self.owner}[key] for key in told["hides"] & {"X", "Y"}]
        )
        Photo.objects.create(member=row, image=f"image {LIVES[place]}".encode(), digest=f"{place:032}")
        hidden = {self.keys[key] for key in told["hides"]}
        who = Somebody(row, engagements, told["choices"], hidden, place, told["place"])
        who.has_account = told["has_account"]
        if told["has_account"] and told["applies"]:
            who.application = ApplicationFactory(mission=self.mission, candidate=row.user).pk
        return who
