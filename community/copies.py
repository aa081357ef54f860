"""Copies of rows that JSON holds, and putting such a row back as it was: under its own number, all columns alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core import serializers
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction


class _Exact(DjangoJSONEncoder):
    """Moments to the microsecond: a record is known again by the one it was made at."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


Copy = dict[str, Any]
"""« model », « pk » and « fields », as Django's serialisers write them."""


def copy_of(rows: Iterable[models.Model], fields: Sequence[str] | None = None) -> list[Copy]:
    """What JSON can hold of these rows, their plain lists of links included; `fields`: of these columns alone."""
    plain = serializers.serialize("python", rows, fields=fields)
    told: list[Copy] = json.loads(json.dumps(plain, cls=_Exact))
    return told


def put_back(copy: Mapping[str, Any]) -> bool:
    """Make the row again. What it may do without and is gone is left out; false where it cannot be as it was: what it
    needs is gone, or its place is taken.
    """
    try:
        made: Any = next(iter(serializers.deserialize("python", [dict(copy)])))
    except (DeserializationError, LookupError):
        return False
    row: Any = made.object
    for field in row._meta.concrete_fields:
        if not field.is_relation or getattr(row, field.attname) is None:
            continue
        if not field.related_model._base_manager.filter(pk=getattr(row, field.attname)).exists():
            if not field.null:
                return False
            setattr(row, field.attname, None)
    for name, keys in list((made.m2m_data or {}).items()):
        target = row._meta.get_field(name).related_model
        made.m2m_data[name] = list(target._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return False
    return True
