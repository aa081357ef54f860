"""What the processes of the fault tests do when they are told to: the writes of a portal, and the commands.

Every argument and every answer is JSON.
"""

import io
import itertools
import os
import signal
import time

from django.core.management import CommandError, call_command
from django.db import connection, transaction

from search import api, draining, freshness, outbox, registry, tending
from search.declarations import Audience, Viewer
from search.engines import EngineUnavailable, get_engine
from search.locks import exclusive
from search.models import OutboxEntry, RefusedRow
from search.query import SearchQuery
from tests.search.library.documents import AuthorDocument
from tests.search.library.models import Author, Book, Genre, Residence

_numbers = itertools.count(1)


def _slug():
    return f"{os.getpid()}-{time.monotonic_ns()}-{next(_numbers)}"


# Writes ------------------------------------------------------------------------


@transaction.atomic
def create(name, genre="", **fields):
    author = Author.objects.create(name=name, slug=_slug(), **fields)
    if genre:
        author.genres.add(_genre(genre))
    return author.pk


@transaction.atomic
def change(pk, **fields):
    """The author as an action of the portal saves it. Says whether there is one."""
    author = Author.objects.filter(pk=pk).first()
    if author is None:
        return False
    for name, value in fields.items():
        setattr(author, name, value)
    author.save(force_update=True)
    return True


@transaction.atomic
def delete(pk):
    author = Author.objects.filter(pk=pk).first()
    if author is not None:
        author.delete()


@transaction.atomic
def add_genre(pk, genre):
    author = Author.objects.filter(pk=pk).first()
    if author is not None:
        author.genres.add(_genre(genre))


@transaction.atomic
def remove_genre(pk, genre):
    """The same change from the other side of the relation."""
    author = Author.objects.filter(pk=pk).first()
    if author is not None:
        _genre(genre).authors.remove(author)


@transaction.atomic
def clear_genres(pk):
    author = Author.objects.filter(pk=pk).first()
    if author is not None:
        author.genres.clear()


@transaction.atomic
def rename_genre(genre, name):
    found = _genre(genre)
    found.name = name
    found.save()


@transaction.atomic
def reside(pk, day):
    return Residence.objects.create(author_id=pk, start=day, end=day).pk


@transaction.atomic
def move_residence(pk, to):
    """A row that an author shows goes to another: both are concerned."""
    residence = Residence.objects.get(pk=pk)
    residence.author_id = to
    residence.save()


def write_book(title, pks):
    with transaction.atomic():
        book = Book.objects.create(slug=_slug(), title=title)
        book.authors.set(Author.objects.filter(pk__in=pks))
    return book.pk


def bulk_create(count, **fields):
    with transaction.atomic():
        made = Author.objects.bulk_create(Author(name=f"Lot {n}", slug=_slug(), **fields) for n in range(count))
        outbox.changed("authors", [author.pk for author in made])
    return [author.pk for author in made]


def bulk_update(**fields):
    """Every author at once, without a signal."""
    with transaction.atomic():
        ids = list(Author.objects.values_list("pk", flat=True))
        Author.objects.update(**fields)
        outbox.changed(Author, ids)


def bulk_delete():
    Author.objects.all().delete()


def everything(**fields):
    """So much changes that the document is asked for as a whole."""
    with transaction.atomic():
        Author.objects.update(**fields)
        outbox.everything("authors")


# The same with one argument, for those who choose at random.


def rename(pk, name):
    return change(pk, name=name)


def publish(pk, published):
    return change(pk, published=published)


def show_to(pk, tier):
    return change(pk, row_audience=tier, email=f"{tier}@exemple.fr", email_audience=tier)


def call_all(name):
    bulk_update(name=name)


def rewrite_everything(role):
    everything(role=role)


@transaction.atomic
def forget_genre(genre):
    for found in Genre.objects.filter(slug=genre):
        found.delete()


def undrained(deed, *arguments, **options):
    """The same as by a process that dies right after the commit."""
    with transaction.atomic():
        done = globals()[deed](*arguments, **options)
        # The callbacks of the commit never run in a process that is dead.
        transaction.get_connection().run_on_commit = []
    return done


def alone(deed, *arguments, **options):
    """The same outside of any transaction, where each statement would be committed by itself."""
    return globals()[deed].__wrapped__(*arguments, **options)


def plant(count, genre, **fields):
    """Authors of one genre, without an entry in the outbox: what was there before the test."""
    made = Author.objects.bulk_create(Author(name=f"Ancien {n}", slug=_slug(), **fields) for n in range(count))
    found = _genre(genre)
    Author.genres.through.objects.bulk_create(
        Author.genres.through(author_id=author.pk, genre_id=found.pk) for author in made
    )
    return [author.pk for author in made]


def _genre(slug):
    return Genre.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


# What a portal does with its index -----------------------------------------------


def rebuild(*names):
    for name in names or [document.name for document in registry.all()]:
        freshness.rebuild(registry.get(name))


def build_what_is_missing():
    for document in freshness.needs_rebuild():
        freshness.rebuild(document)


def drain():
    return draining.drain()


def drain_without_waiting():
    """What is due, whatever the delay of an outage; leaves it to another drain that is under way."""
    draining.make_due()
    return draining.drain(0)


def tend():
    """What the thread of a web process does now and then."""
    return tending.tend()


def command(*arguments):
    """What a command prints, and its exit code."""
    printed = io.StringIO()
    try:
        call_command(*arguments, stdout=printed, stderr=io.StringIO())
    except CommandError as error:
        return [f"{printed.getvalue()}{error}\n", error.returncode]
    return [printed.getvalue(), 0]


def die_at_batch(number):
    """This process kills itself when it is about to read the rows of its nth batch from now."""
    batches = itertools.count(1)
    next_version = draining.next_version

    def fatal():
        if next(batches) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return next_version()

    draining.next_version = fatal


def die_after_statement(number):
    """This process kills itself once the database has done its nth statement from now."""
    statements = itertools.count(1)

    def fatal(execute, *statement):
        done = execute(*statement)
        if next(statements) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    connection.execute_wrappers.append(fatal)


def make_unreadable(pk):
    """In this process, no row can be made of this author."""
    prepare = AuthorDocument.prepare

    def fragile(self, author):
        if author.pk == pk:
            raise ValueError("unreadable")
        return prepare(self, author)

    AuthorDocument.prepare = fragile


def forget_a_field():
    """This process is of the next release, whose document has a field less."""
    AuthorDocument.fields = tuple(field for field in AuthorDocument.fields if field.name != "books")
    prepare = AuthorDocument.prepare

    def prepare_without(self, author):
        values = prepare(self, author)
        values.pop("books")
        return values

    AuthorDocument.prepare = prepare_without


# What there is -------------------------------------------------------------------


def pending():
    return OutboxEntry.objects.count()


def set_aside():
    return {str(row): reason for row, reason in RefusedRow.objects.values_list("row", "reason")}


def is_built():
    return freshness.is_built(registry.get("authors"))


def ask(text="", tier=int(Audience.TEAMS), **options):
    """The ids found and the total, or None when the page would be made from the database."""
    options["filters"] = {name: tuple(values) for name, values in options.get("filters", {}).items()}
    query = SearchQuery(text=text, viewer=Viewer(Audience(tier)), page_size=1_000, **options)
    try:
        found = api.search("authors", query)
    except EngineUnavailable:
        return None
    return [sorted(hit.id for hit in found.hits), found.total]


def wanted(**conditions):
    return sorted(Author.objects.filter(published=True, **conditions).values_list("pk", flat=True))


def health():
    found = get_engine().health()
    return [found.ok, found.detail]


def hold(lock, seconds):
    """Be the one who holds a lock."""
    with exclusive(lock, 5):
        time.sleep(seconds)
