"""What `make run` does before it serves."""

import pytest
from django.core.management import CommandError, call_command

from community.models import Member
from portal.demo.accounts import ACCOUNTS
from portal.models import GuidePage
from search import freshness
from tests.community.factories import MemberFactory

pytestmark = pytest.mark.django_db


def test_an_empty_machine_becomes_a_portal_and_says_where(settings, monkeypatch, capsys):
    settings.DEMONSTRATION = True
    monkeypatch.setenv("PORT", "8042")

    call_command("prepare")

    out = capsys.readouterr().out
    assert "http://localhost:8042/" in out
    assert [account.email for account in ACCOUNTS if account.email not in out] == []
    assert Member.objects.count() >= 300
    assert GuidePage.objects.count() == 3
    assert freshness.needs_rebuild() == []


def test_a_database_with_people_gets_no_invented_one(settings, capsys):
    settings.DEMONSTRATION = True
    member = MemberFactory()

    call_command("prepare")

    assert list(Member.objects.all()) == [member]
    assert "Création d’une communauté" not in capsys.readouterr().out


def test_production_is_never_prepared():
    with pytest.raises(CommandError, match="développement"):
        call_command("prepare")

    assert Member.objects.count() == 0
