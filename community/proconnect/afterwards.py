"""What a sign-in by ProConnect leaves: the link, once it is whole, and what signing out of ProConnect needs."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.core import signing
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from community import audit
from community.enums import AuditAction
from community.models import User
from community.models.audit import ChainBroken
from community.proconnect import PROVIDER, exchange, is_open
from community.proconnect.refusals import Refused

logger = logging.getLogger(__name__)

_ID_TOKEN = "proconnect_id_token"  # noqa: S105 # its name in the session
_SALT = "community.proconnect.logout"
_RETURN_WITHIN = 3600
"""Seconds from the sign-out here to the return from ProConnect."""


@receiver(user_logged_in, dispatch_uid="community.proconnect.signed_in")
def _link_and_keep(request: HttpRequest, user: Any, sociallogin: SocialLogin | None = None, **kwargs: Any) -> None:
    """Sent when the sign-in is whole, second factor included: whoever lacks it has linked nothing."""
    if sociallogin is None or sociallogin.account.provider != PROVIDER:
        return
    linked = SocialAccount.objects.filter(provider=PROVIDER, uid=sociallogin.account.uid)
    with transaction.atomic():
        if not linked.exists():
            sociallogin.connect(request, user)
    _keep_id_token(request, sociallogin)


@receiver(social_account_added, dispatch_uid="community.proconnect.linked")
def _tell_and_keep(request: HttpRequest, sociallogin: SocialLogin, **kwargs: Any) -> None:
    if sociallogin.account.provider == PROVIDER:
        _note(AuditAction.IDENTITY_LINKED, sociallogin.account.user)
        _keep_id_token(request, sociallogin)


@receiver(social_account_removed, dispatch_uid="community.proconnect.unlinked")
def _tell(request: HttpRequest, socialaccount: SocialAccount, **kwargs: Any) -> None:
    if socialaccount.provider == PROVIDER:
        _note(AuditAction.IDENTITY_UNLINKED, socialaccount.user)


def _note(action: AuditAction, user: User) -> None:
    """Another way into an account, or one less."""
    try:
        audit.record(action, by=user, about=user)
    except ChainBroken:
        # Those who come to mend it must be able to enter.
        logger.error("the audit log cannot be written: %s of account %s is not in it", action, user.pk)


def _keep_id_token(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """In the session and nowhere else: it goes with it."""
    proof = sociallogin.state.pop("id_token", None)
    if proof:
        request.session[_ID_TOKEN] = proof


def logout_address(request: HttpRequest) -> str | None:
    """Where whoever entered by ProConnect signs out of it too; None: they did not, or it does not answer.

    To be asked before the session ends, which holds what it needs.
    """
    proof = request.session.get(_ID_TOKEN)
    if not proof or not is_open():
        return None
    try:
        door = exchange.configuration().get("end_session_endpoint")
    except Refused:
        return None
    asked = {
        "id_token_hint": proof,
        "state": signing.TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(16)),
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("proconnect_logged_out")),
    }
    return add_query_params(door, asked) if door else None


def is_ours(state: str) -> bool:
    """Whether this is what a sign-out began with, an hour ago at most. The session that it began in is no more."""
    try:
        signing.TimestampSigner(salt=_SALT).unsign(state, max_age=_RETURN_WITHIN)
    except signing.BadSignature:
        return False
    return True
