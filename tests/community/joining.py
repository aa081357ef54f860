"""People who join, and what they read."""

import re
from typing import Any

from allauth.account.models import EmailAddress

from community.enums import RoleName
from community.models import Mail, Startup, User
from tests.community.factories import MemberFactory, RoleGrantFactory, StintFactory, UserFactory

DOMAIN = "communaute.example"
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


def newcomer(email: str = "", **fields: Any) -> User:
    """An account whose address is verified, without a record."""
    user = UserFactory(**({"email": email} if email else {}), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def programme() -> User:
    """Somebody of the programme's team."""
    return RoleGrantFactory(role=RoleName.PROGRAMME, user=newcomer()).user


def lead_of(startup: Startup, name: str = "Ada Responsable") -> User:
    """Who leads a startup, and works there."""
    member = MemberFactory(full_name=name, user=newcomer())
    StintFactory(member=member, startups=[startup])
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup, user=member.user).user


def mailed(kind: str) -> list[Mail]:
    """The mails of a kind that wait, in the order of their writing."""
    return list(Mail.objects.filter(kind=kind).order_by("pk"))


def sent_code() -> str:
    """The code of the last mail of its kind."""
    found = CODE.search(mailed("claim_code")[-1].text)
    assert found
    return found.group()


def sent_link() -> str:
    """The path of the last invitation."""
    found = re.search(r"http://testserver(/invitations/\S+)", mailed("invitation")[-1].text)
    assert found
    return found.group(1)
