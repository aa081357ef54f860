"""Make a development machine ready to serve: tables, texts, a demonstration community, the search index.

Every step looks first whether it has anything to do, so that a second call is quick.
"""

import os
from contextlib import nullcontext

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from community.models import Member
from portal.demo.accounts import ACCOUNTS
from search import freshness, outbox


class Command(BaseCommand):
    help = "Prépare une machine de développement : tables, textes, communauté de démonstration, index de recherche."

    def handle(self, *args, **options):
        if not settings.DEMONSTRATION:
            raise CommandError(
                "« prepare » charge une communauté fictive : elle ne sert qu’au développement. "
                "En production : migrate, createcachetable, load_content, search_rebuild."
            )
        self._tables()
        self._texts()
        self._community()
        self._index()
        self._tell()

    def _tables(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Création des tables…")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)

    def _texts(self) -> None:
        # Where nothing has been indexed yet, the index is built below: nothing is to be written into it before.
        waits = outbox.paused() if freshness.needs_rebuild() else nullcontext()
        with transaction.atomic(), waits:
            call_command("load_content", verbosity=0)

    def _community(self) -> None:
        if Member.objects.exists():
            return
        self.stdout.write("Création d’une communauté de démonstration (personne n’y est réel)…")
        call_command("load_demo")
        if connection.vendor == "sqlite":
            # Without statistics, SQLite may choose a plan that is a thousand times slower.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def _index(self) -> None:
        names = [document.name for document in freshness.needs_rebuild()]
        if names:
            self.stdout.write("Construction de l’index de recherche…")
            call_command("search_rebuild", *names)
        outbox.drain()

    def _tell(self) -> None:
        port = os.environ.get("PORT", "8000")
        address = f"http://localhost:{port}"
        width = max(len(account.email) for account in ACCOUNTS)
        self.stdout.write("")
        self.stdout.write(self.style.SUCCESS(f"Le portail est prêt : {address}/"))
        self.stdout.write(f"Les courriels qu’il envoie se lisent sur {address}/demo/courriels/")
        self.stdout.write("")
        self.stdout.write(f"Comptes de démonstration (un clic suffit, sur {address}/compte/login/) :")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email.ljust(width)}  {account.label} – {account.description}")
        self.stdout.write("")
