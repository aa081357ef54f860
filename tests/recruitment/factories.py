"""Rows of recruitment for tests."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from community.days import today
from community.enums import Domain, Engagement, RoleName
from recruitment.actions.arrival import STEPS
from recruitment.enums import ApplicationState, MissionState
from recruitment.models import Application, Arrival, ArrivalStep, Mission, MissionEvent
from tests.community.factories import (
    MemberFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)


class MissionFactory(DjangoModelFactory):
    """An open mission for a freelancer. `required=[…]` and `appreciated=[…]` take skills or their names."""

    class Meta:
        model = Mission
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"mission-{n}")
    startup = factory.SubFactory(StartupFactory)
    title = "Développeuse ou développeur"
    domain = Domain.DEVELOPPEMENT
    engagement = Engagement.FREELANCE
    state = MissionState.OPEN
    published_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=3))
    expires_on = factory.LazyFunction(lambda: today() + timedelta(days=57))

    class Params:
        draft = factory.Trait(state=MissionState.DRAFT, published_at=None, expires_on=None)

    @factory.post_generation
    def required(self, create, extracted, **kwargs):
        """Skills asked for."""
        if create and extracted:
            self.required_skills.set(_skills(extracted))

    @factory.post_generation
    def appreciated(self, create, extracted, **kwargs):
        """Skills that help."""
        if create and extracted:
            self.appreciated_skills.set(_skills(extracted))


class ApplicationFactory(DjangoModelFactory):
    """An application that was just sent, by an account without a record."""

    class Meta:
        model = Application

    mission = factory.SubFactory(MissionFactory)
    candidate = factory.SubFactory(UserFactory)
    message = "Ce service m’intéresse."


class ArrivalFactory(DjangoModelFactory):
    """Somebody who accepted, with the steps that everybody has and no stint proposed yet."""

    class Meta:
        model = Arrival
        skip_postgeneration_save = True

    application = factory.SubFactory(ApplicationFactory, state=ApplicationState.ACCEPTED)
    starts_on = factory.LazyFunction(today)

    @factory.post_generation
    def steps(self, create, extracted, **kwargs):
        """`steps=False`: none."""
        if create and extracted is not False:
            ArrivalStep.objects.bulk_create(
                ArrivalStep(arrival=self, side=side, key=key, text=text) for side, key, text in STEPS
            )


def recruiter_of(startup, **stint):
    """Somebody who reads the candidates' files of this startup: the role, and a confirmed stint of today.

    `stint` says otherwise: ended, or by their own word.
    """
    user = RoleGrantFactory(role=RoleName.RECRUITER, startup=startup).user
    StintFactory(member=MemberFactory(user=user), startups=[startup], **stint)
    return user


class MissionEventFactory(DjangoModelFactory):
    """The publication of a mission."""

    class Meta:
        model = MissionEvent

    mission = factory.SubFactory(MissionFactory)
    from_state = MissionState.IN_REVIEW
    to_state = MissionState.OPEN


def _skills(skills):
    return [SkillFactory(name=skill) if isinstance(skill, str) else skill for skill in skills]
