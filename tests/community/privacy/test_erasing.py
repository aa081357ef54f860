"""After an erasure nothing in the database, the index or the files says who it was, and what is others’ stays."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from community.actions.privacy import see_to_rights
from community.chain import Walk
from community.enums import ErasureReason, RoleName
from community.models import ErasureRequest, FormerStints, Mail, Member, User
from community.privacy import Person
from community.privacy.erasing import erase
from search.api import search
from search.query import SearchQuery
from tests.community.factories import (
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
    days_ago,
)
from tests.community.privacy.planting import Planted
from tests.community.privacy.traces import OF_THE_PORTAL, everything, files_holding, holding, pieces_of_the_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(index) -> Planted:
    planted = Planted("zorbine")
    index("members")
    ErasureRequest.objects.filter(user=planted.user).update(
        due_at=timezone.now() - timedelta(minutes=1), asked_at=timezone.now() - timedelta(days=7), kept_at=None
    )
    return planted


def test_nothing_says_who_it_was(planted, django_capture_on_commit_callbacks):
    names = ("zorbine@exemple.fr", "zorbine.invente", "zorbine inventé", "zorbine invente")
    before = everything()
    assert {word for word in planted.gone if word not in before} == set()
    assert files_holding("zorbine") != []
    pieces = pieces_of_the_index()
    assert pieces != set()
    assert [hit.key for hit in search("members", SearchQuery(text="zorbine")).hits] == ["zorbine.invente"]
    with django_capture_on_commit_callbacks(execute=True):
        done = see_to_rights()
    assert (done.erased, done.failed) == (1, 0)
    # The last mail waits to leave; then its row goes too.
    assert holding("zorbine@exemple.fr") == ["community.Mail.address"]
    Mail.objects.update(sent_at=timezone.now(), text="", html="")
    see_to_rights()
    after = everything()
    assert {word for word in (*names, *planted.gone) if word in after} == set()
    assert [name for name in files_holding("zorbine") if not name.startswith(OF_THE_PORTAL)] == []
    assert pieces & pieces_of_the_index() == set()
    assert search("members", SearchQuery(text="zorbine")).total == 0
    assert list(Walk().faults()) == []


def test_no_row_refers_to_the_person_any_more(planted):
    user, member = planted.user.pk, planted.member.pk
    erase(planted.person, ErasureReason.ASKED)
    left = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if field.related_model is User and model._base_manager.filter(**{field.name: user}).exists():
                left.append(f"{model._meta.label}.{field.name}")
            if field.related_model is Member and model._base_manager.filter(**{field.name: member}).exists():
                left.append(f"{model._meta.label}.{field.name}")
    assert left == []
    assert not User.objects.filter(pk=user).exists()
    assert not Member.objects.filter(pk=member).exists()


def test_somebody_else_loses_nothing(planted):
    other = Planted("quirvel")
    rows = {where: row.pk for where, row in other.rows.items()}
    words = holding("quirvel")
    erase(planted.person, ErasureReason.ASKED)
    assert {where for where, pk in rows.items() if not type(other.rows[where])._base_manager.filter(pk=pk)} == set()
    assert holding("quirvel") == words


def test_stint_stays_as_a_number(planted):
    StintFactory(member=planted.member, is_confirmed=False)
    StintFactory(member=planted.member, start=days_ago(-3))
    erase(planted.person, ErasureReason.ASKED)
    rows = list(FormerStints.objects.values_list("domain", "status", "stints", "days"))
    assert [(row[2], row[3]) for row in rows] == [(1, 101)]


def test_name_in_what_others_wrote_is_taken_out_and_the_rest_stays():
    user = UserFactory(email="es@exemple.fr")
    member = MemberFactory(full_name="Éloïse Sansonnet", slug="eloise.sansonnet", user=user)
    startup = StartupFactory(
        pitch="Menée par Éloïse Sansonnet et Jean.",
        contact="les@exemple.fr, es@exemple.fr",
        description="ÉLOÏSE SANSONNET",
    )
    grant = RoleGrantFactory(role=RoleName.EDITOR, reason="Vu avec eloise.sansonnet.")
    erase(Person.of_member(member), ErasureReason.ASKED)
    startup.refresh_from_db()
    grant.refresh_from_db()
    assert startup.pitch == "Menée par [personne effacée] et Jean."
    assert startup.description == "[personne effacée]"
    assert startup.contact == "les@exemple.fr, [personne effacée]"
    assert grant.reason == "Vu avec [personne effacée]."


def test_namesake_keeps_their_name():
    member = MemberFactory(full_name="Paul Martin", slug="paul.martin2")
    MemberFactory(full_name="Paul Martin", slug="paul.martin")
    startup = StartupFactory(pitch="Menée par Paul Martin (paul.martin2), non paul.martin22.")
    erase(Person.of_member(member), ErasureReason.ASKED)
    startup.refresh_from_db()
    assert startup.pitch == "Menée par Paul Martin ([personne effacée]), non paul.martin22."
