"""Three-way merge: what the source said last time, what the portal says now, what the source says today.

Pure functions, no database. A value that only one side has changed is that side's; a value that both have changed,
differently, stays the portal's, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple, TypeVar

T = TypeVar("T")


class _Absent(Enum):
    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT
"""The base of a field that has never been imported."""


class Merged(NamedTuple):
    """The value to keep, and whether the two sides disagree about it."""

    value: Any
    is_conflict: bool = False


def merge_value(base: Any, portal: Any, source: Any, empty: Iterable[Any] = (None, "")) -> Merged:
    """Merge one value. Without a base, whichever side is empty gives way to the other."""
    if portal == source or source == base:
        return Merged(portal)
    if base is ABSENT:
        if _is_among(source, empty):
            return Merged(portal)
        return Merged(source) if _is_among(portal, empty) else Merged(portal, is_conflict=True)
    return Merged(source) if portal == base else Merged(portal, is_conflict=True)


def _is_among(value: Any, empty: Iterable[Any]) -> bool:
    """Whether the value is one of these; 0 is not False."""
    return any(value == other and type(value) is type(other) for other in empty)


class MergedSet(NamedTuple):
    """What to add to and to remove from the portal's set."""

    add: list
    remove: set


def merge_set(base: Sequence[T], portal: Iterable[Hashable], source: Sequence[T], resolve: Callable) -> MergedSet:
    """Merge a set, element by element, so that nothing can conflict.

    Base and source are labels as the source writes them; the portal's elements are what `resolve(label)` gives, a
    tuple of them for each label. A label that the source keeps is left to the portal, which may have dropped it.
    """
    present = set(portal)
    kept = {item for label in source for item in resolve(label)}
    before = set(base)
    wanted = dict.fromkeys(item for label in source if label not in before for item in resolve(label))
    now = set(source)
    gone = {item for label in base if label not in now for item in resolve(label)}
    return MergedSet([item for item in wanted if item not in present], (gone - kept) & present)


class Alignment(NamedTuple):
    """Which row of today is which row of before."""

    pairs: list[tuple[int, int]]  # index before, index today
    gone: list[int]
    new: list[int]


def align(before: Sequence[T], today: Sequence[T], keys: Sequence[Callable[[T], Hashable]]) -> Alignment:
    """Pair rows that have no identifier, from the strictest key to the loosest, each row once, in order.

    So an end date that moves is the same row changed, and of two rows with the same key the first pairs with the
    first. A key function may return None: that row has no such key.
    """
    left, right = dict.fromkeys(range(len(before))), dict.fromkeys(range(len(today)))
    pairs = []
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for index in right:
            if (value := key(today[index])) is not None:
                waiting.setdefault(value, []).append(index)
        for index in list(left):
            value = key(before[index])
            if value is not None and waiting.get(value):
                other = waiting[value].pop(0)
                pairs.append((index, other))
                del left[index], right[other]
    return Alignment(sorted(pairs), list(left), list(right))
