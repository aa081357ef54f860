"""The forms by which a person enters, with the words and the limits of this portal.

None has a password: a code goes to the address (see `ACCOUNT_SIGNUP_FIELDS` in the settings).
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmEmailVerificationCodeForm, ConfirmLoginCodeForm, LoginForm, SignupForm
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.internal import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse

LABEL = "Adresse électronique"
FORMAT = "Format attendu : nom@domaine.fr"


def _in_our_words(field: forms.Field) -> None:
    field.label = LABEL
    field.help_text = FORMAT
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """Asks for the address of an account, or of none: the answer is the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields["login"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Send the code. An account made elsewhere (a command, an import) is first given the row that the code will
        verify; without it, a second code would be asked for.
        """
        if self.user is not None and not EmailAddress.objects.filter(user=self.user).exists():
            EmailAddress.objects.create(user=self.user, email=self.user.email.lower(), primary=True)
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        return response


class OpenAccountForm(SignupForm):
    """Asks for the address of an account to be; where it has one already, its holder is told by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields["email"])


class LimitedTries(forms.Form):
    """A form that takes a code sent to `tried_address()`: wrong ones are counted for the address, whoever tries.

    Codes belong to a session and end after three wrong ones; but whoever asks for new ones, from many machines, would
    go on for ever. An address without an account counts the same, so that the limit tells nothing.
    """

    def tried_address(self) -> str:
        """The address that the expected code was sent to, as far as the form is told."""
        raise NotImplementedError

    def clean_code(self) -> str:
        """Raises `ValidationError` for a wrong code, and for any code when too many were wrong (`wrong_code` among
        the rates of the settings).
        """
        usage = ratelimit.consume(
            context.request, app="allauth.account", action="wrong_code", key=self.tried_address().lower()
        )
        if not usage:
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        usage.rollback()
        return code


class SignInCodeForm(LimitedTries, ConfirmLoginCodeForm):
    """The code of the sign-in mail."""

    def tried_address(self) -> str:
        """Kept with the sign-in that waits in the session."""
        login = unstash_login(context.request, peek=True)
        return (login and login.email) or ""


class VerifyAddressForm(LimitedTries, ConfirmEmailVerificationCodeForm):
    """The code that shows that an address is one's own."""

    def tried_address(self) -> str:
        """Told by allauth."""
        return self.email or ""
