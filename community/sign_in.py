"""The two forms by which a person enters, with the words of this portal.

Neither has a password: a code goes to the address (see `ACCOUNT_SIGNUP_FIELDS` in the settings).
"""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.account.models import EmailAddress
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
