"""The name of a person in what others wrote: taken out when the person is erased, and nothing else of the text.

Looked for as whole words: their addresses, their public identifier, their full name. A name that another person of the
directory bears too is left alone, because it may be theirs; so is one that is a single word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from community.folding import folded
from community.models import Member
from community.privacy.people import Person
from community.privacy.registry import Mention, mentions
from search import outbox

NOBODY = "[personne effacée]"
_SHORTEST = 6
"""Characters of an identifier that is looked for: « data » is a word."""
BATCH = 200

Replace = Callable[[str], str]


def names_of(person: Person) -> list[str]:
    """What names this person and nobody else, the longest first."""
    told = set(person.addresses())
    member = person.member
    slugs = [member.slug, *member.former_slugs.values_list("identifier", flat=True)] if member is not None else []
    told.update(slug for slug in slugs if len(slug) >= _SHORTEST and re.search(r"[.\-]", slug))
    full_names = {member.full_name if member else "", person.user.get_full_name() if person.user else ""}
    others = Member.objects.exclude(pk=member.pk) if member else Member.objects.all()
    for name in full_names:
        if len(name.split()) > 1 and not others.filter(name_folded=folded(name)).exists():
            told.add(name)
    return sorted(told, key=len, reverse=True)


def take_out(names: list[str]) -> int:
    """Take these names out of every text that may mention somebody; gives how many rows were changed.

    In a transaction: the index is told.
    """
    if not names:
        return 0
    pattern = re.compile(r"(?<![\w@])(?:" + "|".join(map(re.escape, names)) + r")(?![\w@])", re.IGNORECASE)
    return sum(_take_out_of(mention, names, lambda text: pattern.sub(NOBODY, text)) for mention in mentions())


def _take_out_of(mention: Mention, names: list[str], replace: Replace) -> int:
    manager = mention.model._base_manager
    changed = []
    for row in _holding(mention, names).iterator(chunk_size=BATCH):
        new = {}
        for name in mention.fields:
            field: Any = mention.model._meta.get_field(name)
            before = field.value_from_object(row)
            after = _rewritten(field, before, replace)
            if after is not None:
                new[name] = after
        if new:
            manager.filter(pk=row.pk).update(**new)
            changed.append(row.pk)
    for pk in changed:
        if mention.then is not None:
            mention.then(manager.get(pk=pk))
    if changed:
        outbox.changed(mention.model, changed)
    return len(changed)


def _holding(mention: Mention, names: list[str]) -> models.QuerySet:
    """The rows that hold one of the names as it is, in small or in capital letters, or as JSON writes it."""
    rows: models.QuerySet = mention.model._base_manager.order_by("pk")
    found = Q(pk__in=[])
    spellings = {told for name in names for one in (name, name.lower(), name.upper()) for told in (one, _in_json(one))}
    for at, name in enumerate(mention.fields):
        rows = rows.alias(**{f"text_{at}": Cast(name, TextField())})
        for told in spellings:
            found |= Q(**{f"text_{at}__contains": told})
    return rows.filter(found)


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _rewritten(field: Any, value: Any, replace: Replace) -> Any:
    """The value without the names; None where nothing of it changes."""
    if value in (None, ""):
        return None
    if isinstance(value, str):
        after = replace(value)
        longest = field.max_length
        return None if after == value else after[:longest] if longest else after
    prepared = field.get_prep_value(value)
    plain = json.loads(prepared) if isinstance(prepared, str) else prepared
    rewritten = _walk(plain, replace)
    if rewritten == plain:
        return None
    return field.to_python(json.dumps(rewritten)) if isinstance(prepared, str) else rewritten


def _walk(value: Any, replace: Replace) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [_walk(item, replace) for item in value]
    if isinstance(value, dict):
        return {replace(key): _walk(item, replace) for key, item in value.items()}
    return value


def words_that_remain(names: list[str]) -> Iterator[tuple[str, Any]]:
    """Where these names still are, among the texts that may mention somebody: table and key. For whoever checks."""
    for mention in mentions():
        for row in _holding(mention, names).values_list("pk", flat=True):
            yield mention.model._meta.label, row
