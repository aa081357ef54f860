from datetime import date

from search.declarations import (
    Audience,
    BooleanField,
    ComputedFacet,
    DateField,
    Document,
    KeywordField,
    NameField,
    NumberField,
    PeriodsField,
    TextField,
)
from search.predicates import Contains, Missing
from search.registry import register

from .models import Author, Book, Genre, Residence


def residence_values(today: date):
    present = Contains("residences", today)
    return [
        ("present", "En résidence", present),
        ("past", "Ancien résident", ~present & ~Missing("residences")),
        ("never", "Jamais en résidence", Missing("residences")),
    ]


@register
class AuthorDocument(Document):
    name = "authors"
    model = Author
    fields = (
        NameField("name", boost=4, sort=True),
        TextField("role", boost=2),
        TextField("biography"),
        TextField("notes", audience=Audience.TEAMS),
        TextField("email", varies=True),
        TextField("books"),
        KeywordField("genres", facet="Genre", searched=True, boost=2),
        KeywordField("country", facet="Pays", labels=dict(Author.Country.choices)),
        KeywordField("domain", facet="Domaine du courriel", varies=True),
        NumberField("prizes", sort=True),
        DateField("born", sort=True),
        BooleanField("translated"),
        PeriodsField("residences"),
    )
    computed_facets = (ComputedFacet("residence", "Résidence", residence_values),)
    sorts = {
        "name": ("Nom", "name", False),
        "youngest": ("Les plus jeunes", "born", True),
        "prizes": ("Le plus de prix", "prizes", True),
        "fewest": ("Le moins de prix", "prizes", False),
    }

    def indexable(self):
        return Author.objects.filter(published=True).prefetch_related("genres", "residences", "books")

    def prepare(self, author):
        return {
            "name": author.name,
            "role": author.role,
            "biography": author.biography,
            "notes": author.notes,
            "email": author.email,
            "books": [book.title for book in author.books.all()],
            "genres": [(genre.slug, genre.name) for genre in author.genres.all()],
            "country": author.country,
            "domain": author.email.partition("@")[2],
            "prizes": author.prizes,
            "born": author.born,
            "translated": author.translated,
            "residences": [(residence.start, residence.end) for residence in author.residences.all()],
        }

    def row_audience(self, author):
        return Audience(author.row_audience)

    def hidden_from(self, author):
        return author.hidden_from

    def audience(self, author, field):
        return Audience(author.email_audience)

    def related(self):
        return {
            Genre: lambda genre: Author.objects.filter(genres=genre),
            Residence: lambda residence: [residence.author_id],
            Book: lambda book: book.authors.values_list("pk", flat=True),
        }

    def synonyms(self):
        return [(genre.name, *genre.aliases) for genre in Genre.objects.all() if genre.aliases]


@register
class BookDocument(Document):
    """The plainest document: one text, nothing to hide."""

    name = "books"
    model = Book
    fields = (TextField("title"),)

    def prepare(self, book):
        return {"title": book.title}
