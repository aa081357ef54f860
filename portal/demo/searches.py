"""The searches that the accounts of the demonstration have saved."""

from __future__ import annotations

from collections.abc import Mapping

from community.actions.saved_searches import save_search
from community.enums import MailFrequency
from community.listing.saving import savable_list
from community.models import User
from portal.demo.accounts import account

_SEARCHES: tuple[tuple[str, str, str, dict[str, list[str]]], ...] = (
    ("candidate", "Missions de développement", "missions", {"domain": ["developpement"]}),
    ("member", "Missions de design", "missions", {"domain": ["design"]}),
    ("team", "Designers disponibles bientôt", "members", {"domain": ["design"], "availability": ["trois-mois"]}),
    ("team", "Startups en construction", "startups", {"phase": ["construction"]}),
)


def save_searches(users: Mapping[str, User]) -> None:
    """Save them, each once, with the alerts that their lists propose; `users`: the accounts by their address."""
    for key, name, document, parameters in _SEARCHES:
        savable = savable_list(document)
        alerts = savable.alerts if savable is not None else MailFrequency.NEVER
        save_search(document, parameters, name, by=users[account(key).email], seen=None, alerts=alerts)
