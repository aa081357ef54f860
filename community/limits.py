"""How often an account does something, counted in the shared cache: the rates of `ACCOUNT_RATE_LIMITS`."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import HttpRequest


def may_go_on(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Count one act of this account, about `key` where its rate has one; false when there were too many."""
    return ratelimit.consume(request, action=action, user=request.user, key=key)


def too_many() -> str:
    """What is said then."""
    said: str = get_adapter().error_messages["rate_limited"]
    return said
