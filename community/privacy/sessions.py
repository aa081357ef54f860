"""The sessions of a person, those included that no list of sessions knows."""

from __future__ import annotations

import json

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from community.privacy.people import Person
from community.typed import is_kept_for


def sessions_of(person: Person) -> QuerySet[Session]:
    """Opened by the account, waiting for a code sent to one of its addresses, or holding what the person typed when
    theirs was over. Reads every session: for the copy of a person’s data and their erasure alone.
    """
    if person.user is None:
        return Session.objects.none()
    pk = str(person.user.pk)
    addresses = [json.dumps(address) for address in person.addresses()]
    keys = set(UserSession.objects.filter(user=person.user).values_list("session_key", flat=True))
    for session in Session.objects.iterator(chunk_size=500):
        told = session.get_decoded()
        text = json.dumps(told, default=str).lower()
        is_theirs = str(told.get(SESSION_KEY)) == pk or is_kept_for(told, person.user)
        if is_theirs or any(address in text for address in addresses):
            keys.add(session.session_key)
    return Session.objects.filter(pk__in=keys).order_by("pk")
