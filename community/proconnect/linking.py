"""Whose account an identity of ProConnect opens: allauth's seam for sign-in by another service.

One rule, told here once: an identity is linked to an account by an address that ProConnect vouches for and that the
account's holder has shown to be theirs. Nothing else links them: not a wish, not an address that nobody verified.
"""

from __future__ import annotations

import secrets
from typing import Any, NoReturn

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from community.models import User
from community.proconnect import PROVIDER, is_open
from community.proconnect.pages import refusal_page
from community.proconnect.refusals import Refusal, Refused
from community.proof import proved_recently


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """One provider, set by the operator's environment; no row of the database adds another."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """ProConnect, where it is open and asked for."""
        app = SocialApp(
            provider=PROVIDER,
            name="ProConnect",
            client_id=settings.PROCONNECT_CLIENT_ID,
            settings={"server_url": settings.PROCONNECT_ISSUER},
        )
        is_asked = provider in (None, PROVIDER) and client_id in (None, app.client_id)
        return [app] if is_open() and is_asked else []

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """43 characters; ProConnect asks for 32 at least, allauth makes 16."""
        return secrets.token_urlsafe(32)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to where it was linked."""
        return reverse("ways_in")

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """For an identity that is linked to nobody yet: the account whose holder verified the same address."""
        row = EmailAddress.objects.filter(email__iexact=_address(sociallogin), verified=True).first()
        return (row.user, row.email) if row else None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whether this identity may enter. Raises `Refused`."""
        # Nothing more is asked of ProConnect: its key is not kept, not even while a second factor is waited for.
        sociallogin.token = None
        if not _address(sociallogin):
            raise Refused(Refusal.NO_ADDRESS)
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            _check_link(request, sociallogin)
        elif not sociallogin.is_existing and _is_taken(_address(sociallogin)):
            raise Refused(Refusal.UNCONFIRMED)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """Answer with a page. Raises `ImmediateHttpResponse`."""
        told = extra_context or {}
        detail = ""
        if isinstance(exception, Refused):
            refusal, detail = exception.refusal, exception.detail
        elif exception is not None:
            refusal, detail = Refusal.DENIED, type(exception).__name__
        elif error == AuthError.CANCELLED:
            refusal = Refusal.CANCELLED
        else:
            refusal = Refusal.STALE if "state_id" in told else Refusal.DENIED
        raise ImmediateHttpResponse(refusal_page(request, refusal, detail, told.get("state")))


def _address(sociallogin: SocialLogin) -> str:
    """The address that ProConnect vouches for; empty without any."""
    return next((row.email for row in sociallogin.email_addresses if row.verified), "")


def _is_taken(address: str) -> bool:
    """Whether an account bears this address, verified or not."""
    return (
        User.objects.filter(email__iexact=address).exists()
        or EmailAddress.objects.filter(email__iexact=address).exists()
    )


def _check_link(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Whether whoever is signed in may link this identity to their account. Raises `Refused`."""
    if not request.user.is_authenticated:
        raise Refused(Refusal.STALE, "signed out")
    if sociallogin.account.pk is not None and sociallogin.account.user_id != request.user.pk:
        raise Refused(Refusal.LINKED_ELSEWHERE)
    own = EmailAddress.objects.filter(user=request.user, verified=True)
    if not own.filter(email__iexact=_address(sociallogin)).exists():
        raise Refused(Refusal.OTHER_ADDRESS)
    if not proved_recently(request):
        raise Refused(Refusal.TOO_LATE)
