"""The link at the end of a mail that stops its kind, without signing in (RFC 8058).

What it holds is signed: an account, a kind, the day. It opens nothing else, and shows nobody's address or name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from community.mail.kinds import Kind, kind_of
from community.models import User

LIFETIME = timedelta(days=365)
_SALT = "community.mail.stop"


class LinkExpired(Exception):  # noqa: N818
    """The link is too old: its mail was sent more than a year ago."""


class LinkBroken(Exception):  # noqa: N818
    """No such link was ever made, or what it was about is no more."""


@dataclass(frozen=True)
class Stop:
    """What a link asks for. `user`: None when their account is no more, and nothing is sent to them."""

    kind: Kind
    user: User | None


def stop_url(user: User, kind: Kind) -> str:
    """The whole address that stops this kind for this person; empty for what cannot be refused."""
    if not kind.can_be_refused:
        return ""
    token = signing.dumps([user.pk, kind.name], salt=_SALT)
    return settings.SITE_URL + reverse("community:stop_mails", args=[token])


def read_stop(token: str) -> Stop:
    """What a link asks for. Raises `LinkExpired`, `LinkBroken`."""
    try:
        pk, name = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkBroken from error
    kind = kind_of(name)
    if kind is None or not kind.can_be_refused:
        raise LinkBroken
    return Stop(kind, User.objects.filter(pk=pk).first())
