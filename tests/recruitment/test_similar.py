"""Missions that are like one another."""

import pytest

from community.enums import Domain
from recruitment.enums import MissionState
from recruitment.models import Mission
from recruitment.similar import likeness_of, similar_missions, traits_of
from tests.community.factories import StartupFactory, ThemeFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db


def _mission(slug, title="Développeuse ou développeur", domain=Domain.DEVELOPPEMENT, **fields):
    return MissionFactory(slug=slug, title=title, domain=domain, **fields)


def test_the_most_alike_come_first_and_strangers_not_at_all():
    health = ThemeFactory(name="Santé")
    mission = _mission("celle-ci", required=["Python", "Docker"], startup=StartupFactory(themes=[health]))
    _mission("meme-metier", required=["Ruby"])
    _mission("presque-la-meme", required=["Python", "Docker"], startup=StartupFactory(themes=[health]))
    _mission("autre-metier", title="Designer", domain=Domain.DESIGN)
    assert [other.slug for other in similar_missions(mission)] == ["presque-la-meme", "meme-metier"]


def test_only_open_missions_are_proposed():
    mission = _mission("celle-ci")
    for state in MissionState:
        _mission(f"en-{state}", state=state)
    assert [other.slug for other in similar_missions(mission, 10)] == ["en-open"]


def test_likeness_is_symmetric():
    one = _mission("une", required=["Python", "Docker"])
    other = _mission("autre", title="Designer UX", domain=Domain.DESIGN, required=["Docker"])
    traits = traits_of(Mission.objects.all())
    assert likeness_of(traits[one.pk], traits[other.pk]) == likeness_of(traits[other.pk], traits[one.pk])


def test_an_imported_posting_without_startup_finds_its_like():
    mission = _mission("importee", startup=None, state=MissionState.EXPIRED)
    _mission("ouverte")
    assert [other.slug for other in similar_missions(mission)] == ["ouverte"]


def test_looking_for_similar_missions_costs_the_same_for_many(count_queries):
    mission = _mission("celle-ci", required=["Python"], startup=StartupFactory(themes=[ThemeFactory(name="Mer")]))
    _mission("une", required=["Python"])
    few = count_queries(lambda: similar_missions(mission))
    for number in range(10):
        _mission(f"n{number}", required=["Python"], startup=StartupFactory(themes=[ThemeFactory(name="Mer")]))
    assert count_queries(lambda: similar_missions(mission)) == few
