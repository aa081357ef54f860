"""Books and their authors: a small world to search in, which owes nothing to the portal's own."""

from django.db import models


class Genre(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    aliases = models.JSONField(default=list)

    def __str__(self):
        return self.name


class Author(models.Model):
    class Country(models.TextChoices):
        FRANCE = "fr", "France"
        BELGIUM = "be", "Belgique"
        SENEGAL = "sn", "Sénégal"

    slug = models.SlugField(unique=True, max_length=200)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200, blank=True)
    biography = models.TextField(blank=True)
    notes = models.TextField(blank=True, help_text="Seen by the teams alone")
    email = models.CharField(max_length=200, blank=True)
    email_audience = models.PositiveSmallIntegerField(default=0)
    country = models.CharField(max_length=2, choices=Country, blank=True)
    genres = models.ManyToManyField(Genre, blank=True, related_name="authors")
    born = models.DateField(null=True, blank=True)
    prizes = models.PositiveIntegerField(null=True, blank=True)
    translated = models.BooleanField(null=True)
    published = models.BooleanField(default=True)
    row_audience = models.PositiveSmallIntegerField(default=0)
    hidden_from = models.JSONField(default=list)

    def __str__(self):
        return self.name


class Residence(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="residences")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)

    def __str__(self):
        return f"{self.author} {self.start}-{self.end}"


class Book(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    authors = models.ManyToManyField(Author, related_name="books")

    def __str__(self):
        return self.title
