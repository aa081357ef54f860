"""Rows of the community for tests. Every name is invented; a default row is the plainest one that is shown."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from community.days import today
from community.enums import Domain, EventName, PhaseName, RoleName, StintStatus
from community.models import (
    EngagementSought,
    FundingAward,
    FundingRound,
    Incubator,
    Member,
    MemberSkill,
    Organisation,
    Phase,
    RoleGrant,
    Skill,
    SkillAlias,
    Startup,
    StartupEvent,
    Stint,
    Team,
    Theme,
    User,
    UserType,
)


def days_ago(days: int):
    """A factory's declaration of the day that was that many days before today (negative: to come)."""
    return factory.LazyFunction(lambda: today() - timedelta(days=days))


class UserFactory(DjangoModelFactory):
    """An account without password: sign in with `client.force_login(user)`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")

    @factory.post_generation
    def without_password(self, create, extracted, **kwargs):
        """Nobody signs in with a password on this portal."""
        self.set_unusable_password()
        if create:
            self.save(update_fields=["password"])


class SkillFactory(DjangoModelFactory):
    """A skill with its own name as an alias; `aliases=["ReactJS"]` adds spellings. One row for each name."""

    class Meta:
        model = Skill
        django_get_or_create = ("name",)
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Compétence {n}")
    slug = factory.Sequence(lambda n: f"competence-{n}")

    @factory.post_generation
    def aliases(self, create, extracted, **kwargs):
        """Spellings that lead to the skill."""
        if create:
            for label in (self.name, *(extracted or ())):
                if not self.aliases.filter(label=label).exists():
                    SkillAlias.objects.create(skill=self, label=label)


class ThemeFactory(DjangoModelFactory):
    """A field of public policy."""

    class Meta:
        model = Theme
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Thématique {n}")


class UserTypeFactory(DjangoModelFactory):
    """A kind of users."""

    class Meta:
        model = UserType
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Public {n}")


class OrganisationFactory(DjangoModelFactory):
    """An administration."""

    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Direction générale {n}")


class IncubatorFactory(DjangoModelFactory):
    """An incubator without owner."""

    class Meta:
        model = Incubator

    slug = factory.Sequence(lambda n: f"incubateur-{n}")
    name = factory.Sequence(lambda n: f"Incubateur {n}")


class TeamFactory(DjangoModelFactory):
    """A cross-cutting team."""

    class Meta:
        model = Team

    slug = factory.Sequence(lambda n: f"equipe-{n}")
    name = factory.Sequence(lambda n: f"Équipe {n}")


class StartupFactory(DjangoModelFactory):
    """A startup. `phase=PhaseName.X` puts it in that phase since 100 days; lists fill the many-to-many fields."""

    class Meta:
        model = Startup
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"startup.{n}")
    name = factory.Sequence(lambda n: f"Startup {n}")
    pitch = "Simplifier une démarche."

    @factory.post_generation
    def phase(self, create, extracted, **kwargs):
        """The current phase, none by default."""
        if create and extracted:
            PhaseFactory(startup=self, name=extracted)

    @factory.post_generation
    def sponsors(self, create, extracted, **kwargs):
        """Administrations that pay."""
        if create and extracted:
            self.sponsors.set(extracted)

    @factory.post_generation
    def themes(self, create, extracted, **kwargs):
        """Fields of public policy."""
        if create and extracted:
            self.themes.set(extracted)

    @factory.post_generation
    def user_types(self, create, extracted, **kwargs):
        """Kinds of users."""
        if create and extracted:
            self.user_types.set(extracted)

    @factory.post_generation
    def technologies(self, create, extracted, **kwargs):
        """Technologies: rows of `Skill`."""
        if create and extracted:
            self.technologies.set(extracted)


class PhaseFactory(DjangoModelFactory):
    """A phase that began 100 days ago."""

    class Meta:
        model = Phase

    startup = factory.SubFactory(StartupFactory)
    name = PhaseName.CONSTRUCTION
    start = days_ago(100)


class StartupEventFactory(DjangoModelFactory):
    """A committee, 50 days ago."""

    class Meta:
        model = StartupEvent

    startup = factory.SubFactory(StartupFactory)
    name = EventName.COMMITTEE
    date = days_ago(50)


class FundingRoundFactory(DjangoModelFactory):
    """A round of FAST."""

    class Meta:
        model = FundingRound

    number = factory.Sequence(lambda n: n + 1)
    title = factory.LazyAttribute(lambda row: f"FAST n°{row.number}")


class FundingAwardFactory(DjangoModelFactory):
    """A startup's award, in euros."""

    class Meta:
        model = FundingAward

    startup = factory.SubFactory(StartupFactory)
    round = factory.SubFactory(FundingRoundFactory)
    amount = 200_000


class MemberFactory(DjangoModelFactory):
    """A candidate who is not listed: add a stint (`stint=True`, or `StintFactory(member=…)`) or `is_listed=True`.

    `skills=[…]` takes skills or their names, `engagements=[…]` the contracts sought.
    """

    class Meta:
        model = Member
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"camille.exemple.{n}")
    full_name = factory.Sequence(lambda n: f"Camille Exemple {n}")
    domain = Domain.DEVELOPPEMENT
    # Whatever a test says of an availability was said today.
    availability_confirmed_at = days_ago(0)

    class Params:
        listed = factory.Trait(is_listed=True)

    @factory.post_generation
    def skills(self, create, extracted, **kwargs):
        """Skills declared, in that order, without a level."""
        if create and extracted:
            for position, skill in enumerate(extracted):
                row = SkillFactory(name=skill) if isinstance(skill, str) else skill
                MemberSkill.objects.create(member=self, skill=row, position=position)

    @factory.post_generation
    def engagements(self, create, extracted, **kwargs):
        """Contracts that the person would accept."""
        if create and extracted:
            for engagement in extracted:
                EngagementSought.objects.create(member=self, engagement=engagement)

    @factory.post_generation
    def stint(self, create, extracted, **kwargs):
        """True: an active member. False: nothing. Or a dict of fields for the stint."""
        if create and extracted:
            StintFactory(member=self, **(extracted if isinstance(extracted, dict) else {}))


class StintFactory(DjangoModelFactory):
    """A confirmed stint that began 200 days ago and runs. `startups=[…]` says where."""

    class Meta:
        model = Stint
        skip_postgeneration_save = True

    member = factory.SubFactory(MemberFactory)
    start = days_ago(200)
    status = StintStatus.INDEPENDENT
    is_confirmed = True

    @factory.post_generation
    def startups(self, create, extracted, **kwargs):
        """Where the person works during the stint."""
        if create and extracted:
            self.startups.set(extracted)


class RoleGrantFactory(DjangoModelFactory):
    """A role in force since yesterday; give the startup or the incubator that the role needs."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = RoleName.PROGRAMME
    start = days_ago(1)
