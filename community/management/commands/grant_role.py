"""`manage.py grant_role ADDRESS ROLE --reason …`: the first administrator, and whatever no page lets anybody do."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from community.actions.roles import RoleRefused, grant_role, period_of
from community.enums import RoleName
from community.models import Incubator, Startup, User
from community.models.roles import Place, roles_of


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas une date : écrivez AAAA-MM-JJ.") from None


class Command(BaseCommand):
    help = "Donne un rôle à un compte, depuis le serveur. Le journal d’audit en garde la trace, sans auteur."

    def add_arguments(self, parser):
        parser.add_argument("address", metavar="ADRESSE", help="adresse électronique du compte")
        parser.add_argument("role", metavar="ROLE", choices=RoleName.values, help=", ".join(RoleName.values))
        parser.add_argument("--reason", required=True, metavar="MOTIF", help="reste dans l’historique")
        parser.add_argument("--startup", default="", metavar="IDENTIFIANT", help="où le rôle vaut")
        parser.add_argument("--incubator", default="", metavar="IDENTIFIANT", help="où le rôle vaut")
        parser.add_argument("--until", type=_day, metavar="AAAA-MM-JJ", help="dernier jour ; sans fin sinon")
        parser.add_argument(
            "--create",
            action="store_true",
            help="ouvre le compte s’il n’existe pas ; on y entre par un code reçu par courriel",
        )

    @transaction.atomic
    def handle(self, *args: Any, address: str, role: str, reason: str, **options: Any) -> None:
        place = _place(options["startup"], options["incubator"])
        if role not in roles_of(place):
            raise CommandError(
                f"« {RoleName(role).label} » : un rôle d’incubateur demande --incubator, un rôle de startup "
                "--startup, un rôle de tout le portail ni l’un ni l’autre."
            )
        user = self._account(address, create=options["create"])
        try:
            grant = grant_role(RoleName(role), to=user, place=place, by=None, reason=reason, end=options["until"])
        except RoleRefused as refusal:
            raise CommandError(str(refusal)) from None
        where = f" – {place}" if place else ""
        self.stdout.write(f"{user.email} : {grant.get_role_display()}{where}, {period_of(grant)}.")

    def _account(self, address: str, *, create: bool) -> User:
        user = User.objects.filter(email__iexact=address).first()
        if user is None and not create:
            raise CommandError(f"Aucun compte ne porte l’adresse {address}. Ajoutez --create pour l’ouvrir.")
        if user is None:
            try:
                validate_email(address)
            except ValidationError:
                raise CommandError(f"« {address} » n’est pas une adresse électronique.") from None
            user = User.objects.create_user(address)
            self.stdout.write(f"Compte ouvert : {user.email}.")
        return user


def _place(startup: str, incubator: str) -> Place:
    if startup and incubator:
        raise CommandError("Choisissez --startup ou --incubator, pas les deux.")
    model = Startup if startup else Incubator
    slug = startup or incubator
    if not slug:
        return None
    place: Place = model.objects.filter(slug=slug).first()
    if place is None:
        raise CommandError(f"« {slug} » n’est l’identifiant d’aucune fiche.")
    return place
