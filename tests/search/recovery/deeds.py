"""What a process does before it dies, or after: `python -m tests.search.recovery.deeds DEED…`, one word each.

`KILLED=1` kills it after the commit and before the drain. `UNREADABLE=name`: no row of this name can be read.
"""

import os
import signal
import sys
import threading
import time

import django

django.setup()

from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from search import outbox, versions  # noqa: E402
from search.models import RefusedRow  # noqa: E402
from tests.search.library.documents import AuthorDocument  # noqa: E402
from tests.search.library.models import Author, Genre  # noqa: E402


def say(told):
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()


# Writing, in a transaction ---------------------------------------------------


def create():
    Author.objects.create(name="Nouvelle", slug="nouvelle")


def save():
    author = Author.objects.earliest("pk")
    author.name = "Renommée"
    author.save()


def rename():
    """A related row that every author shows."""
    genre = Genre.objects.get(slug="poesie")
    genre.name = "Vers libres"
    genre.save()


def rewrite():
    """Every row, without a signal."""
    Author.objects.update(role=f"Poète de {time.time_ns()}")
    outbox.changed(Author, Author.objects.values_list("pk", flat=True))


def misname():
    author = Author.objects.earliest("pk")
    author.name = "Illisible"
    author.save()


WRITES = [create, save, rename, rewrite, misname]


def written(write):
    with transaction.atomic():
        if os.environ.get("KILLED"):
            # Registered first, so that it runs before the drain.
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
        write()
        transaction.on_commit(lambda: say("committed"))


def alone():
    """A save outside of any transaction, by a process that dies once the row is written."""

    def fatal(execute, sql, *rest):
        done = execute(sql, *rest)
        if sql.startswith('UPDATE "library_author"'):
            say("written")
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    with connection.execute_wrapper(fatal):
        save()


# The rest --------------------------------------------------------------------


def seed():
    genre = Genre.objects.create(slug="poesie", name="Poésie")
    Author.objects.bulk_create(
        Author(name=f"Numéro {number}", slug=f"numero-{number}") for number in range(int(os.environ["ROWS"]))
    )
    genre.authors.through.objects.bulk_create(
        genre.authors.through(author_id=pk, genre_id=genre.pk) for pk in Author.objects.values_list("pk", flat=True)
    )
    call_command("search_rebuild", verbosity=0)


def save_many():
    """One save after the other, of the same few rows as others."""
    for number in range(8):
        author = Author.objects.order_by("pk")[number % 3]
        author.role = f"Écrit par {os.getpid()}, {number}"
        author.save()


def threads():
    """Saves of three threads at once."""

    def saves():
        save_many()
        connections.close_all()

    together(saves, 3)


def number():
    """Numbers taken by eight threads at once, each in the order of its own."""
    taken = []

    def take():
        own = [versions.next_version() for _ in range(25)]
        assert own == sorted(own)
        taken.extend(own)
        connections.close_all()

    together(take, 8)
    say(f"{len(taken)} {len(set(taken))} {max(taken)}")


def together(deed, times):
    everyone = [threading.Thread(target=deed) for _ in range(times)]
    for thread in everyone:
        thread.start()
    for thread in everyone:
        thread.join()


def serve():
    """A web process that gets one request, about something else; it lives until nothing waits nor is set aside."""
    Client().get("/")
    while outbox.pending() or RefusedRow.objects.exists():
        time.sleep(0.02)


def pending():
    say(f"pending {outbox.pending()}")


def drain():
    call_command("search_drain")


def watch():
    call_command("search_drain", "--watch", "0.02")


def rebuild():
    say("rebuilding")
    call_command("search_rebuild", "authors", "books", verbosity=0)


def repair():
    call_command("search_rebuild", "--repair", verbosity=0)


def check():
    call_command("search_rebuild", "--check", verbosity=0)


def main(names):
    if unreadable := os.environ.get("UNREADABLE"):
        prepare = AuthorDocument.prepare

        def fragile(self, author):
            if author.name == unreadable:
                raise RuntimeError("unreadable")
            return prepare(self, author)

        AuthorDocument.prepare = fragile
    writes = {write.__name__: write for write in WRITES}
    for name in names:
        if name in writes:
            written(writes[name])
        else:
            globals()[name]()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CommandError as error:
        say(f"({error.returncode}) {error}")
        sys.exit(error.returncode)
