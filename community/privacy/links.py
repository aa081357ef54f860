"""The link of a mail that cancels an erasure: whoever has the mail may cancel, nobody may ask."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from community.models import ErasureRequest

_SALT = "community.privacy.keep"
_LIFETIME = timedelta(days=60)


def keep_url(request: ErasureRequest) -> str:
    """The whole address that cancels this erasure."""
    token = signing.dumps([request.user_id, request.pk], salt=_SALT)
    return settings.SITE_URL + reverse("community:keep_account", args=[token])


def read_keep(token: str) -> ErasureRequest | None:
    """The request that a link cancels; None when it is no such link, or there is nothing to cancel any more."""
    try:
        user, pk = signing.loads(token, salt=_SALT, max_age=_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return ErasureRequest.objects.waiting().filter(pk=pk, user=user).first()
