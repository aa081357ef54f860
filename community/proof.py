"""Before what is sensitive, a person proves again who they are: nobody acts on a session left open.

Somebody with a second factor gives it; somebody without one copies a code sent to their address. A proof given in the
last `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds, signing in included, is enough.

Use `fresh_proof_required` on a function, `FreshProofMixin` on a class; what was being posted is taken up again after
the proof (see `allauth.account.internal.flows.reauthentication`).
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from community.models import User
from community.second_factor import has_second_factor

CODE_LASTS = 15 * 60
"""Seconds during which a code sent as a proof may be copied."""
TRIES = 3
"""How many wrong codes end it."""

_STATE = "proof_by_code"


def proved_recently(request: HttpRequest) -> bool:
    """Whether the holder of this session proved lately who they are, by their second factor if they have one."""
    user = request.user
    if not isinstance(user, User):
        return False
    records = get_authentication_records(request, user)
    fresh = [record for record in records if time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT]
    if fresh and has_second_factor(user):
        return any(record["method"] == "mfa" for record in fresh)
    return bool(fresh)


def require_fresh_proof(request: HttpRequest) -> None:
    """Raises `ReauthenticationRequired`, which leads to the page where the proof is given, then back; a visitor is
    led to sign in.
    """
    if not proved_recently(request):
        raise ReauthenticationRequired


def fresh_proof_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a view by `require_fresh_proof`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_fresh_proof(request)
        return view(request, *args, **kwargs)

    return guarded


class FreshProofMixin:
    """Guard a class-based view. `proof_to_read`: whether looking at the page already asks for the proof."""

    proof_to_read = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises `ReauthenticationRequired`."""
        if self.proof_to_read or request.method not in {"GET", "HEAD", "OPTIONS"}:
            require_fresh_proof(request)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class ProofByCode(AbstractCodeVerificationProcess):
    """One code sent to the address of whoever is signed in; it lives in their session."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(max_attempts=TRIES, timeout=CODE_LASTS, state=state, user=request.user)

    @classmethod
    def begin(cls, request: HttpRequest) -> "ProofByCode | None":
        """Send a code, which replaces any former one. None: too many were asked for lately."""
        if not ratelimit.consume(request, action="proof_code", user=request.user):
            return None
        process = cls(request, cls.initial_state(user=request.user, email=address_of(request.user)))  # type: ignore[arg-type]
        process.send()
        process.persist()
        return process

    @classmethod
    def pending(cls, request: HttpRequest) -> "ProofByCode | None":
        """The one that waits for its code; None: none was sent to this account, or it is too old."""
        state = request.session.get(_STATE)
        if not state or state.get("user_id") != cls.initial_state(user=request.user).get("user_id"):
            return None
        process: ProofByCode | None = cls(request, state).abort_if_invalid()
        return process

    def send(self) -> None:
        """By mail."""
        self.state["code"] = get_adapter().generate_login_code()
        context = {"request": self.request, "code": self.state["code"]}
        get_adapter().send_mail("account/email/proof_code", self.state["email"], context)

    def persist(self) -> None:
        """Keep it in the session."""
        self.request.session[_STATE] = self.state

    def abort(self) -> None:
        """Forget the code."""
        self.request.session.pop(_STATE, None)

    def finish(self) -> None:
        """The code was right: keep the proof, and the code serves no more."""
        self.abort()
        record_authentication(self.request, self.user, method="code", reauthenticated=True)


def address_of(user: User) -> str:
    """Where mail that must reach this very person goes: the address that they verified."""
    return EmailAddress.objects.get_primary_email(user) or user.email
