"""Load the texts of the portal (home, guides, legal pages) without touching what editors have changed."""

from django.core.management.base import BaseCommand

from portal.site_content import load_content


class Command(BaseCommand):
    help = "Charge les textes de portal/content sans toucher à ce que la rédaction a modifié."

    def handle(self, *args, **options):
        done = load_content()
        if options["verbosity"]:
            self.stdout.write(
                f"Pages : {done['created']} créées, {done['updated']} mises à jour, "
                f"{done['unchanged']} inchangées, {done['kept']} laissées à la rédaction."
            )
