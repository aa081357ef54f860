"""How sign-in behaves: allauth's one seam."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class AccountAdapter(DefaultAccountAdapter):
    """Accounts have an e-mail address and no password, so nothing may ask for one."""

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """How a signed-in person proves again who they are: never by password, even where one has been set."""
        return [method for method in super().get_reauthentication_methods(user) if method["id"] != "reauthenticate"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again only those who have the means to answer (an authenticator app)."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and bool(self.get_reauthentication_methods(self.request.user))
