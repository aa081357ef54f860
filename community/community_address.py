"""The mail addresses that the community gives its people: `<slug>@` the domain of the settings."""

from __future__ import annotations

from django.conf import settings

from community.models import Member
from community.models.slugs import PUBLIC_SLUG_LENGTH
from community.wording import mail_address


def community_domain() -> str:
    """The domain of these addresses; empty where the portal is told none, and nobody is written to there."""
    domain: str = settings.COMMUNITY_MAIL_DOMAIN
    return domain.strip().lower().removeprefix("@")


def community_address(member: Member) -> str:
    """The address of a record; empty where its identifier makes none."""
    domain = community_domain()
    return mail_address(f"{member.slug}@{domain}") if domain else ""


def identifier_of(text: str) -> str:
    """What was typed as one's address or identifier, as an identifier: « Camille.Exemple@domaine » is both.

    Empty for an address of another domain, and for what no record could have.
    """
    local, at, domain = text.encode("utf-8", "ignore").decode().strip().lower().partition("@")
    if (at and domain != community_domain()) or len(local) > PUBLIC_SLUG_LENGTH:
        return ""
    return local
