"""Passkeys that go forward, and codes that serve once: what allauth's forms leave to whoever uses them."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms
from django.core.cache import cache
from django.db import transaction

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

CODE_LABEL = "Code à six chiffres de votre application, ou code de secours"


def accept_counter(authenticator: Authenticator, counter: int) -> bool:
    """Whether a passkey went forward since it was last used; keeps the counter if so.

    Each use of a passkey that counts shows a higher number. One that does not was shown by a copy, or the copy was
    used before it. A passkey that never counts (most of those that a telephone synchronises) shows 0 each time.
    Source: Web Authentication, level 3, section 7.2 « Verifying an authentication assertion », step 22.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        known = row.data.get("counter", row.wrap().authenticator_data.counter)
        if counter <= known and (counter or known):
            return False
        row.data["counter"] = counter
        row.save(update_fields=["data"])
    authenticator.data = row.data
    return True


class _GoesForward(forms.Form):
    """A passkey whose counter went back is refused, and its holder told by mail.

    `is_alone`: nothing else is asked for, so the device must have made sure that it is its holder. Whoever asks for
    less elsewhere, for an account of their own, does not get away with it here.
    """

    is_alone = False

    def clean_credential(self) -> Authenticator:
        shown = self.cleaned_data["credential"]
        authenticator: Authenticator = _refusing_what_no_browser_sends(super().clean_credential)  # type: ignore[misc]
        told = parse_authentication_response(shown).response.authenticator_data
        if self.is_alone and not told.is_user_verified():
            raise get_adapter().validation_error("passkey_refused")
        if not accept_counter(authenticator, told.counter):
            logger.warning("A passkey was refused, its counter went back: authenticator %s", authenticator.pk)
            get_account_adapter().send_notification_mail(
                "mfa/email/passkey_refused", authenticator.user, {"name": authenticator.wrap().name}
            )
            raise get_adapter().validation_error("passkey_copied")
        return authenticator


class SignInByPasskeyForm(_GoesForward, LoginWebAuthnForm):
    """From the sign-in page, without any address."""

    is_alone = True


class PasskeyForm(_GoesForward, AuthenticateWebAuthnForm):
    """As the second factor of a sign-in."""


class ProvePasskeyForm(_GoesForward, ReauthenticateWebAuthnForm):
    """As the proof before what is sensitive."""


class _ServesOnce(forms.Form):
    """A code of an app is good for as long as its neighbours in time are accepted, and serves once all the same."""

    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, CODE_LABEL)

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
            key = f"community.totp:{self.authenticator.pk}:{normalize_user_code(code)}"
            if not cache.add(key, True, timeout=lasts):
                raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_ServesOnce, AuthenticateForm):
    """The code of an app, or a recovery code, as the second factor of a sign-in."""


class ProveSecondFactorForm(_ServesOnce, ReauthenticateForm):
    """The same, as the proof before what is sensitive."""


class ActivateAppForm(ActivateTOTPForm):
    """The first code of an app shows that it was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, "Code à six chiffres que montre l’application")

    @property
    def spelt_secret(self) -> str:
        """The secret in groups of four characters, to be typed by who cannot take a picture of the code."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey and its name. A forgotten name is no reason to refuse what the browser has already made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field(required=False)
        passwordless = self.fields["passwordless"]
        passwordless.label = "Me connecter aussi avec cette clé seule, sans code par message"
        passwordless.help_text = "L’appareil vérifie alors que c’est vous : empreinte, visage ou code de l’appareil."
        self.initial["passwordless"] = True

    def clean(self) -> dict[str, Any]:
        """Raises `ValidationError` for what no browser sends, too."""
        return _refusing_what_no_browser_sends(super().clean)


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field(required=True)


def _name_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label="Nom de la clé",
        help_text="Pour la reconnaître dans la liste. Exemple : téléphone, ordinateur du bureau, clé USB",
        required=required,
        max_length=60,
    )


def _ask_for_code(form: forms.Form, label: str) -> None:
    field = form.fields["code"]
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"autocapitalize": "off", "spellcheck": "false"}


def _refusing_what_no_browser_sends(read: Callable[[], Result]) -> Result:
    """An answer made by hand breaks the decoders of WebAuthn in many ways: all of them are a refusal."""
    try:
        return read()
    except forms.ValidationError as error:
        if getattr(error, "code", None) != "incorrect_code":
            raise
    except Exception as error:
        logger.info("An answer of WebAuthn could not be read: %s", type(error).__name__)
    raise get_adapter().validation_error("passkey_refused")
