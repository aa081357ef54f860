"""Identifiers that are unique and readable: « awa.delmontel », then « awa.delmontel.2 » for her namesake."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.utils.text import slugify


class SlugBook:
    """Gives each thing a slug that nothing has yet, neither in this load nor in the database."""

    def __init__(self, taken: Iterable[str] = ()):
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def give(self, base: str) -> str:
        """The slug itself, or with the first free number from 2 on."""
        if base not in self._taken:
            self._taken.add(base)
            return base
        number = self._next.get(base, 2)
        while f"{base}.{number}" in self._taken:
            number += 1
        self._next[base] = number + 1
        slug = f"{base}.{number}"
        self._taken.add(slug)
        return slug


@lru_cache(maxsize=4_096)
def readable(text: str) -> str:
    """A slug without accents; an apostrophe separates, as a space does."""
    return slugify(text.replace("’", "-").replace("'", "-"))
