"""Names as they are looked for in the database: without case, accents nor punctuation.

Databases compare accents each in their own way (SQLite knows no case beyond ASCII). So a table keeps the folded form
of its name in a column of its own, which an index puts in alphabetical order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connections, models
from django.db.models import Q

from search.analysis import clean, fold

LONGEST = 300
MOST_WORDS = 8
"""Words of a text that are looked for in a name."""


def folded(name: str) -> str:
    """What `FoldedField` keeps of a name. A change of `search.analysis.fold` needs a migration that keeps it anew."""
    return fold(clean(name))[:LONGEST].rstrip()


def words_of(text: str) -> list[str]:
    """The folded words to look for in folded names; none for a text of signs alone.

    A word longer than any folded name is cut to what still is: SQLite refuses to look for 50,000 signs.
    """
    words = (word[: LONGEST + 1] for word in fold(clean(text)).split())
    return list(dict.fromkeys(words))[:MOST_WORDS]


def begins(name: str, text: str) -> bool:
    """Whether every word of the text begins a word of the name, in any order; false for a text without a word."""
    words, starts = words_of(text), fold(clean(name)).split()
    return bool(words) and all(any(start.startswith(word) for start in starts) for word in words)


def holding(words: Iterable[str]) -> Q:
    """Rows whose name holds each of these folded words, wherever it is."""
    return Q(*(Q(name_folded__contains=word) for word in words))


def beginning(words: Iterable[str]) -> Q:
    """`begins`, asked of the database."""
    return Q(*(Q(name_folded__startswith=word) | Q(name_folded__contains=f" {word}") for word in words))


class FoldedField(models.CharField):
    """The folded form of the field `source` of the same row: see `WithFoldedName` and `FoldedNames`, which keep it."""

    def __init__(self, source: str, **options: Any) -> None:
        self.source = source
        super().__init__(**{"max_length": LONGEST, "editable": False, "default": "", **options})

    def deconstruct(self) -> Any:
        """With the name of the source."""
        name, path, args, options = super().deconstruct()
        return name, path, [self.source, *args], options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Fold what is about to be written, one row at a time or in bulk."""
        value = folded(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


def _folded_fields(model: type[models.Model]) -> list[FoldedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, FoldedField)]


def _to_follow(model: type[models.Model], written: Collection[str]) -> list[FoldedField]:
    """The folded fields to write along with these."""
    return [f for f in _folded_fields(model) if f.source in written and f.name not in written]


class WithFoldedName(models.Model):
    """A row with a `FoldedField`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the folded name whenever the name is."""
        if update_fields is not None:
            names = list(update_fields)
            update_fields = [*names, *(field.name for field in _to_follow(type(self), names))]
        super().save(*args, update_fields=update_fields, **kwargs)


class FoldedNames(models.QuerySet):
    """The bulk writes of rows with a `FoldedField` (`bulk_create` asks the field itself)."""

    def update(self, **values: Any) -> int:
        """Raises `TypeError` for a name that only the database could compute, because Python is what folds."""
        for field in _to_follow(self.model, values):
            if not isinstance(values[field.source], str):
                raise TypeError(f"{field.source} is set from a text, so that {field.name} can follow it.")
            values[field.name] = folded(values[field.source])
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Write the folded name whenever the name is."""
        rows, names = list(objs), list(fields)
        for field in _to_follow(self.model, names):
            for row in rows:
                field.pre_save(row, add=False)
            names.append(field.name)
        return super().bulk_update(rows, names, batch_size=batch_size)


def fold_all(model: type[models.Model], alias: str, batch: int = 2_000) -> None:
    """Keep the folded names of a whole table anew, in the database of this alias. For migrations; signals nothing."""
    connection = connections[alias]
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    for field in _folded_fields(model):
        sql = f"UPDATE {table} SET {quote(str(field.column))} = %s WHERE {key} = %s"  # noqa: S608 # names of ours
        rows = model._base_manager.using(alias).order_by("pk").values_list("pk", field.source)
        last = 0
        while found := list(rows.filter(pk__gt=last)[:batch]):
            with connection.cursor() as cursor:
                cursor.executemany(sql, [(folded(name), pk) for pk, name in found])
            last = found[-1][0]
