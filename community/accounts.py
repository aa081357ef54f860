"""How sign-in behaves: allauth's one seam."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.mail import EmailMessage
from django.urls import reverse

from community.mails import ACCOUNT, SIGN_IN
from community.proof import proved_recently

_WORDS = {
    "mfa_reauthenticate": "Avec votre application d’authentification ou un code de secours",
    "mfa_reauthenticate:webauthn": "Avec une clé d’accès",
}
_SIGN_IN_MAILS = {
    f"account/email/{name}"
    for name in (
        "login_code",
        "proof_code",
        "email_confirmation",
        "email_confirmation_signup",
        "unknown_account",
        "account_already_exists",
    )
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts have an e-mail address and no password, so nothing may ask for one."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": "Code incorrect.",
        "rate_limited": "Trop de demandes en peu de temps : patientez quelques minutes, puis recommencez.",
        "too_many_login_attempts": (
            "Trop d’essais en peu de temps pour ce compte ou depuis cet endroit. Patientez, puis demandez un autre "
            "code, ou connectez-vous avec une clé d’accès."
        ),
    }

    def render_mail(self, template_prefix: str, *args: Any, **kwargs: Any) -> EmailMessage:
        """Tell the queue what each mail is: a code is of no use after its time, and is kept no longer. An address
        without an account gets a mail of the same kind.
        """
        message: EmailMessage = super().render_mail(template_prefix, *args, **kwargs)
        message.kind = (SIGN_IN if template_prefix in _SIGN_IN_MAILS else ACCOUNT).name  # type: ignore[attr-defined]
        return message

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """How a signed-in person proves again who they are: by their second factor if they have one, else by a code
        sent to their address; never by password, even where one has been set.
        """
        methods = [
            {**method, "description": _WORDS.get(method["id"], method["description"])}
            for method in super().get_reauthentication_methods(user)
            if method["id"] != "reauthenticate"
        ]
        if user.is_authenticated and not methods:
            url = reverse("prove_by_code")
            methods.append({"id": "code", "description": "Avec un code envoyé par message", "url": url})
        return methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again whoever has not proved lately who they are (`community.proof`, which also asks those whom allauth
        would let go for want of a second factor).
        """
        return not proved_recently(self.request)
