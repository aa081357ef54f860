"""Somebody on the way in: two people who ask for the same record, for the programme's team to decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from community.enums import Visibility
from community.models import Claim, Member, User
from portal.demo.accounts import DOMAIN

CLAIMANTS: dict[str, tuple[str, str]] = {
    f"leonie.vassorelle@{DOMAIN}": (
        "Léonie Vassorelle",
        "J’ai changé d’adresse en quittant la startup : je ne reçois plus les messages de la communauté. L’ancienne "
        "équipe se souvient de moi.",
    ),
    f"basile.quintrand@{DOMAIN}": (
        "Basile Quintrand",
        "Je crois que c’est ma fiche, saisie sous un nom d’usage. J’étais là la première année.",
    ),
}
"""Address -> name, and why they say that the record is theirs."""


def ask_for_one_record(users: Mapping[str, User], noon: datetime) -> None:
    """Both ask for the first free record that everybody sees; whoever asks for one already is left alone."""
    shown = Member.objects.filter(user=None, visibility=Visibility.PUBLIC, stints__is_confirmed=True)
    record = shown.order_by("pk").first()
    if record is not None:
        Claim.objects.bulk_create(
            [
                Claim(member=record, user=users[email], reason=reason, created_at=noon - timedelta(days=number))
                for number, (email, (_name, reason)) in enumerate(CLAIMANTS.items(), 1)
            ],
            ignore_conflicts=True,
        )
