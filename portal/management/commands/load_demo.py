"""Load the demonstration community: an invented one, in French, to try the portal with."""

from datetime import date

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from community.days import today
from community.models import Member
from portal.demo.loading import LEAST_MEMBERS, load

MEMBERS = 420
SEED = 1


class Command(BaseCommand):
    help = "Charge une communauté de démonstration, imaginée, dans une base sans membres."

    def add_arguments(self, parser):
        parser.add_argument("--members", type=int, default=MEMBERS, help=f"nombre de membres ({MEMBERS})")
        parser.add_argument("--seed", type=int, default=SEED, help=f"graine du tirage ({SEED})")
        parser.add_argument("--today", type=date.fromisoformat, help="jour de référence, AAAA-MM-JJ (aujourd’hui)")
        parser.add_argument("--force", action="store_true", help="charger même si la base a déjà des membres")
        parser.add_argument("--index", action="store_true", help="reconstruire ensuite l’index de recherche")

    def handle(self, *args, members, seed, force, index, verbosity, **options):
        if members < LEAST_MEMBERS:
            raise CommandError(f"Il faut au moins {LEAST_MEMBERS} membres.")
        if Member.objects.exists() and not force:
            raise CommandError(
                "La base contient déjà des membres : rien n’a été chargé. Ajoutez --force pour y ajouter la "
                "communauté de démonstration malgré tout."
            )
        with tqdm(total=members, unit=" membres", desc="Démonstration", disable=None if verbosity else True) as bar:
            loaded = load(members, seed, options["today"] or today(), lambda done: bar.update(done - bar.n))
        if verbosity:
            self.stdout.write(
                f"Communauté de démonstration : {loaded.members} membres, {loaded.startups} startups, "
                f"{loaded.incubators} incubateurs, {loaded.missions} missions."
            )
        if index:
            call_command("search_rebuild", verbosity=verbosity)
