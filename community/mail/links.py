"""The link at the end of a mail that stops its kind, or the alerts of one saved search, without signing in (RFC 8058).

What it holds is signed: an account, a kind, a search where it is about one, the day. It opens nothing else, and shows
nobody's address or name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from community.mail.kinds import Kind, kind_of
from community.models import SavedSearch, User

LIFETIME = timedelta(days=365)
_SALT = "community.mail.stop"


class LinkExpired(Exception):  # noqa: N818
    """The link is too old: its mail was sent more than a year ago."""


class LinkBroken(Exception):  # noqa: N818
    """No such link was ever made, or what it was about is no more."""


@dataclass(frozen=True)
class Stop:
    """What a link asks for. `user`: None when their account is no more, and nothing is sent to them.

    `is_one_search`: the alerts of one search alone; `search` is None when it is no more.
    """

    kind: Kind
    user: User | None
    is_one_search: bool = False
    search: SavedSearch | None = None


def stop_url(user: User, kind: Kind, search: SavedSearch | None = None) -> str:
    """The whole address that stops this kind for this person, or the alerts of one of their searches; empty for what
    cannot be refused.
    """
    if not kind.can_be_refused:
        return ""
    about = [search.pk] if search is not None else []
    token = signing.dumps([user.pk, kind.name, *about], salt=_SALT)
    return settings.SITE_URL + reverse("community:stop_mails", args=[token])


def read_stop(token: str) -> Stop:
    """What a link asks for. Raises `LinkExpired`, `LinkBroken`."""
    try:
        pk, name, *about = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkBroken from error
    kind = kind_of(name)
    if kind is None or not kind.can_be_refused:
        raise LinkBroken
    user = User.objects.filter(pk=pk).first()
    if not about:
        return Stop(kind, user)
    return Stop(kind, user, is_one_search=True, search=SavedSearch.objects.filter(pk=about[0], user=pk).first())
