"""Whoever is given a role, or from whom one is taken back, is told with the change."""

import pytest
from django.db import transaction

from community.actions.roles import RoleRefused, grant_role, withdraw_role
from community.enums import RoleName
from community.mails import ROLES
from community.models import Mail
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    user = RoleGrantFactory(role=RoleName.PROGRAMME).user
    MemberFactory(user=user, full_name="Hélène Vassort")
    return user


def test_who_is_given_a_role_is_told_what_by_whom_and_why(programme):
    user = UserFactory()
    startup = StartupFactory(name="Ortolan {{ 1 }}")

    grant_role(RoleName.STARTUP_LEAD, to=user, place=startup, by=programme, reason="Porte le produit <b>")

    mail = Mail.objects.get()
    assert (mail.user, mail.subject) == (user, "Un rôle vous est donné : Responsable d’une startup, Ortolan {{ 1 }}")
    assert "par Hélène Vassort." in mail.text
    assert "Motif : Porte le produit <b>" in mail.text
    assert "Porte le produit &lt;b&gt;" in mail.html
    assert "/mes-roles/" in mail.text


def test_who_loses_a_role_is_told_and_who_gives_it_up_too(programme):
    grant = RoleGrantFactory(role=RoleName.EDITOR, reason="Arrivée")
    own = RoleGrantFactory(role=RoleName.EDITOR)

    withdraw_role(grant, by=programme, reason="Départ")
    withdraw_role(own, by=own.user, reason="Fini")

    taken, given = Mail.objects.order_by("pk")
    assert (taken.user, taken.subject) == (grant.user, "Un rôle vous est retiré : Rédacteur des guides")
    assert ("par Hélène Vassort" in taken.text, "Motif : Départ" in taken.text) == (True, True)
    assert (given.user, given.subject) == (own.user, "Vous avez rendu un rôle : Rédacteur des guides")


def test_a_role_that_was_not_given_is_told_to_nobody(programme):
    user = UserFactory()
    with pytest.raises(RoleRefused):
        grant_role(RoleName.EDITOR, to=user, place=None, by=programme, reason="")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        grant_role(RoleName.EDITOR, to=user, place=None, by=programme, reason="Écrit")
        raise ZeroDivisionError

    assert not Mail.objects.exists()


def test_such_a_mail_cannot_be_refused():
    assert not ROLES.can_be_refused
