"""What happens to an account is in the audit log: its factors, its address, its devices, its sessions."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from community import audit
from community.actions.accounts import AccountAction, note_device, reset_second_factor
from community.enums import AuditAction
from community.models import AuditEntry, Mail
from tests.community.factories import UserFactory
from tests.community.signing_in import (
    add_passkey,
    app_code,
    browser,
    factors,
    give_app,
    mailed_code,
    prove_by_code,
    sign_in,
    signed_in,
)
from tests.community.software_passkey import SoftwarePasskey
from tests.community.test_audit import tamper

pytestmark = [pytest.mark.django_db]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
TELEPHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _limits():
    cache.clear()


def told(user, action) -> list[dict]:
    """What the log says of this account, with its details; each row was written by the account itself."""
    rows = AuditEntry.objects.about(user).filter(action=action).order_by("sequence").select_related("detail")
    assert list(AuditEntry.objects.by(user).filter(action=action)) == list(rows)
    return [row.detail.facts for row in rows]


def test_an_app_that_comes_is_renewed_and_goes(client, django_capture_on_commit_callbacks):
    user = UserFactory()
    sign_in(client, user)
    client.get("/compte/2fa/totp/activate/")
    code = app_code(client.session["mfa.totp.secret"])

    for address, data in (
        ("/compte/2fa/totp/activate/", {"code": code}),
        ("/compte/2fa/recovery-codes/generate/", {}),
        ("/compte/2fa/totp/deactivate/", {}),
    ):
        with django_capture_on_commit_callbacks() as callbacks:
            answer = client.post(address, data)
        # As within the request: what allauth does after the commit asks who it is for.
        with context.request_context(answer.wsgi_request):
            for callback in callbacks:
                callback()

    assert factors(user) == []
    assert told(user, AuditAction.SECOND_FACTOR_CHANGED) == [
        {"factor": "totp", "change": "added"},
        {"factor": "recovery_codes", "change": "added"},
        {"factor": "recovery_codes", "change": "renewed"},
        {"factor": "totp", "change": "removed"},
        {"factor": "recovery_codes", "change": "removed"},
    ]


def test_a_passkey_that_comes_and_goes():
    client, user = browser(), UserFactory()
    sign_in(client, user)
    add_passkey(client, SoftwarePasskey())
    key = Authenticator.objects.get(user=user, type="webauthn")

    client.post(f"/compte/2fa/webauthn/keys/{key.pk}/remove/")

    changes = told(user, AuditAction.SECOND_FACTOR_CHANGED)
    assert [row for row in changes if row["factor"] == "webauthn"] == [
        {"factor": "webauthn", "change": "added"},
        {"factor": "webauthn", "change": "removed"},
    ]


def test_another_address_without_either_of_them(client, django_capture_on_commit_callbacks):
    user = UserFactory(email="avant@exemple.fr")
    sign_in(client, user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/compte/email/", {"action_add": "", "email": "apres@exemple.fr"})
        answer = client.post("/compte/confirm-email/", {"code": mailed_code()})

    assert answer.status_code == 302
    assert list(EmailAddress.objects.filter(user=user, primary=True).values_list("email", flat=True)) == [
        "apres@exemple.fr"
    ]
    [row] = AuditEntry.objects.about(user).filter(action=AuditAction.ADDRESS_CHANGED)
    assert (row.details_digest, AuditEntry.objects.by(user).filter(pk=row.pk).count()) == ("", 1)


def test_a_new_device_is_kept_once_and_its_holder_is_told_from_the_second_on(django_capture_on_commit_callbacks):
    user, stranger = UserFactory(), UserFactory()
    for agent in (FIREFOX, FIREFOX, TELEPHONE, TELEPHONE, FIREFOX):
        with django_capture_on_commit_callbacks(execute=True):
            sign_in(Client(headers={"user-agent": agent}), user)
        cache.clear()
    sign_in(Client(headers={"user-agent": FIREFOX}), stranger)

    assert told(user, AccountAction.NEW_DEVICE) == [
        {"device": "Firefox sur Windows"},
        {"device": "Chrome sur un appareil Android"},
    ]
    assert told(stranger, AccountAction.NEW_DEVICE) == [{"device": "Firefox sur Windows"}]
    [row] = Mail.objects.filter(subject="Connexion depuis un nouvel appareil")
    assert (row.user, "Chrome sur un appareil Android" in row.text) == (user, True)


def test_a_log_that_cannot_be_written_keeps_nobody_out(caplog):
    user = UserFactory()
    audit.record(AuditAction.CV_SEEN, by=None)
    tamper("DELETE FROM community_audithead")

    note_device(user, FIREFOX)

    assert "a new device of account" in caplog.text
    assert not AuditEntry.objects.filter(action=AccountAction.NEW_DEVICE).exists()


def test_sessions_ended_from_another_are_told_by_their_devices():
    user = UserFactory()
    here = Client(headers={"user-agent": FIREFOX})
    others = [Client(headers={"user-agent": agent}) for agent in (TELEPHONE, "curl/8")]
    for client in (here, *others):
        sign_in(client, user)
        cache.clear()
    [telephone] = user.usersession_set.filter(user_agent=TELEPHONE)

    here.post("/compte/sessions/", {"session": telephone.pk})
    here.post("/compte/sessions/")
    here.post("/compte/sessions/")

    assert [signed_in(client) for client in others] == [None, None]
    assert told(user, AuditAction.SESSION_ENDED) == [
        {"devices": ["Chrome sur un appareil Android"]},
        {"devices": ["Appareil inconnu"]},
    ]


# Lost factors ----------------------------------------------------------------


def test_whoever_lost_their_factors_is_let_in_by_code_again(client, capsys):
    user, other = UserFactory(email="perdue@exemple.fr"), UserFactory()
    give_app(other)
    sign_in(client, user)
    give_app(user)

    call_command("reset_second_factor", "Perdue@exemple.fr", reason="Téléphone perdu, vue en personne")

    assert capsys.readouterr().out == "Seconds facteurs retirés : 1. La personne est prévenue par courriel.\n"
    assert (factors(user), factors(other), signed_in(client)) == ([], ["recovery_codes", "totp"], None)
    [row] = AuditEntry.objects.about(user).filter(action=AccountAction.SECOND_FACTOR_RESET)
    assert (row.actor, row.detail.facts) == ("", {"reason": "Téléphone perdu, vue en personne"})
    assert Mail.objects.get(user=user, subject="Vos seconds facteurs ont été retirés").kind == "account"
    mail.outbox.clear()
    again = Client()
    sign_in(again, user)
    assert (signed_in(again), prove_by_code(again).status_code) == (user.email, 302)


def test_a_reset_needs_an_account_and_a_reason(capsys):
    user = UserFactory()
    give_app(user)

    with pytest.raises(CommandError, match="Aucun compte"):
        call_command("reset_second_factor", "personne@ailleurs.example", reason="Essai")
    with pytest.raises(CommandError, match="Dites pourquoi"):
        call_command("reset_second_factor", user.email, reason="  ")
    with pytest.raises(ValueError, match="for a reason"):
        reset_second_factor(user, by=None, reason=" ")

    assert factors(user) == ["recovery_codes", "totp"]
