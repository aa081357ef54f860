"""What the accounts of the demonstration have written to each other by the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from community.models import ContactMessage, User
from portal.demo.accounts import account

_MESSAGES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "team",
        "member",
        "Une refonte à deux designers",
        "Bonjour,\n\nnous cherchons une deuxième personne en design à partir du mois prochain. Votre parcours nous "
        "intéresse : seriez-vous disponible pour en parler une demi-heure ?",
        "",
    ),
    (
        "editor",
        "member",
        "Une formation à prix cassé",
        "Dernières places pour ma formation en ligne, offre valable jusqu’à ce soir seulement !",
        "De la publicité, sans rapport avec la communauté.",
    ),
)
"""Who writes, to whom, the topic, the text, and why it was reported; empty: it was not."""


def write_messages(users: Mapping[str, User], noon: datetime) -> None:
    """Write them, each once; `users`: the accounts by their address."""
    for place, (sender, receiver, topic, text, report) in enumerate(_MESSAGES, 1):
        ContactMessage.objects.get_or_create(
            sender=users[account(sender).email],
            receiver=users[account(receiver).email],
            topic=topic,
            defaults={
                "text": text,
                "sent_at": noon - timedelta(days=place),
                "reported_at": noon if report else None,
                "report_reason": report,
            },
        )
