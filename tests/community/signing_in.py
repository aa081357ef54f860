"""What people do to sign in and to prove who they are, by the pages themselves."""

import json
import re
import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from community.models import User
from tests.community.software_passkey import SoftwarePasskey

LOGIN = "/compte/login/"
CONFIRM = "/compte/login/code/confirm/"
PROVE = "/compte/confirmer/"
AUTHENTICATE = "/compte/2fa/authenticate/"
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


def mark_as_whole(client: Client, user: User) -> None:
    """Make the session of this client, opened by force, one in which a second factor was given, long ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "forced", "at": 0}]
    session["account_authentication_methods_user"] = str(user.pk)
    session["seen_at"] = time.time()
    session.save()


def browser(**extra: Any) -> Client:
    """A browser of its own, at the address that passkeys are bound to."""
    return Client(SERVER_NAME="localhost", **extra)


def mailed_code() -> str:
    """The code of the last mail."""
    found = CODE.search(str(mail.outbox[-1].body))
    assert found
    return found.group()


def ask(client: Client, email: str, **data: str) -> Any:
    """Ask for a code, from the sign-in page."""
    return client.post(LOGIN, {"login": email, **data})


def sign_in(client: Client, user: User, **data: str) -> Any:
    """The code by mail, as far as it leads."""
    ask(client, user.email, **data)
    return client.post(CONFIRM, {"code": mailed_code(), **data})


def prove_by_code(client: Client, path: str = "/") -> Any:
    """The proof of somebody without a second factor."""
    client.post(PROVE, {"action": "send", "next": path})
    return client.post(PROVE, {"code": mailed_code(), "next": path})


def signed_in(client: Client) -> str | None:
    """The address of whoever is signed in there."""
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else None


def soup(response: Any) -> BeautifulSoup:
    """A page that was answered, to be read."""
    assert response.status_code == 200, response
    return BeautifulSoup(response.content, "html.parser")


def give_app(user: User) -> str:
    """An authenticator app and recovery codes for an account; gives the secret of the app."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def app_code(secret: str, step: int = 0) -> str:
    """What an app shows. `step`: how many codes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def options_of(response: Any) -> dict[str, Any]:
    """What a page asks of a passkey."""
    found = soup(response).select_one("#passkey-options")
    assert found and found.string
    options: dict[str, Any] = next(iter(json.loads(found.string).values()))
    return options


def add_passkey(client: Client, passkey: SoftwarePasskey, name: str = "Téléphone") -> Any:
    """From the page that adds one, which must be open to this client."""
    page = client.get("/compte/2fa/webauthn/add/")
    data = {"name": name, "credential": passkey.create(options_of(page)), "passwordless": "on"}
    return client.post("/compte/2fa/webauthn/add/", data)


def sign_in_by_passkey(client: Client, passkey: SoftwarePasskey, **data: str) -> Any:
    """From the sign-in page, without an address."""
    options = client.get("/compte/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    return client.post("/compte/2fa/webauthn/login/", {"credential": passkey.get(options["request_options"]), **data})


def factors(user: User) -> list[str]:
    """The kinds of what the account has."""
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def stored(user: User, kind: str) -> dict[str, Any]:
    """What the database holds of a factor."""
    data: dict[str, Any] = Authenticator.objects.get(user=user, type=kind).data
    return data


def decrypted(text: str) -> str:
    """A secret of the database, read with the key of the settings."""
    return get_adapter().decrypt(text)
