"""Whether the database would take a row that was put together from two versions."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models


def holds(row: models.Model) -> bool:
    """Whether every check constraint is kept: two good halves may make a whole that ends before its start."""
    try:
        for constraint in row._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                constraint.validate(type(row), row)
    except ValidationError:
        return False
    return True
