"""What allauth says of accounts, told to the audit log, and to the sessions that knew a factor which is gone.

Its signals are sent once the change is made, some after its commit: the row of the log follows, in a transaction of
its own.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import email_changed, user_logged_in
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import signals
from django.dispatch import receiver

from community.actions.accounts import FactorChange, note_address, note_device, note_ended_sessions, note_factor
from community.devices import device_label
from community.second_factor import forget_second_factor
from community.typed import signed_in

_CHANGES = (
    (authenticator_added, FactorChange.ADDED),
    (authenticator_removed, FactorChange.REMOVED),
    (authenticator_reset, FactorChange.RENEWED),
)


def _tells(change: FactorChange) -> Any:
    def tell(user: Any, authenticator: Any, **kwargs: Any) -> None:
        note_factor(user, authenticator.type, change, by=user)

    return tell


for _signal, _change in _CHANGES:
    _signal.connect(_tells(_change), weak=False, dispatch_uid=f"community.audit.{_change}")


@receiver(authenticator_removed, dispatch_uid="community.second_factor.gone")
def _forget_second_factor(request: Any, user: Any, **kwargs: Any) -> None:
    others = list(UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key))
    if forget_second_factor(request) and others:
        note_ended_sessions(user, [device_label(row.user_agent) for row in others], by=user)
        messages.info(request, "Vous n’avez plus de second facteur : vos autres sessions sont fermées.")


@receiver(email_changed, dispatch_uid="community.audit.address")
def _tell_of_address(user: Any, from_email_address: Any, **kwargs: Any) -> None:
    # The first one that is verified takes nobody's place.
    if from_email_address is not None:
        note_address(user, by=user)


@receiver(user_logged_in, dispatch_uid="community.audit.device")
def _tell_of_device(request: Any, user: Any, **kwargs: Any) -> None:
    note_device(user, request.headers.get("User-Agent", ""))


# Django's own: sent however one signs in.
@receiver(signals.user_logged_in, dispatch_uid="community.typed.of_others")
def _forget_what_others_typed(request: Any, user: Any, **kwargs: Any) -> None:
    signed_in(request, user)
