"""The data tables of the demonstration, read from `data/` once."""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

_DATA = Path(__file__).resolve().parent / "data"


def _lines(name: str) -> list[str]:
    text = (_DATA / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def words(name: str) -> tuple[str, ...]:
    """A list of words separated by commas: `first_names_feminine`, `surnames`, `employers`…"""
    return tuple(dict.fromkeys(word.strip() for line in _lines(name) for word in line.split(",")))


class Idea(NamedTuple):
    """What a startup could be."""

    name: str
    complement: str
    pitch: str
    problem: str
    themes: tuple[str, ...]
    user_types: tuple[str, ...]


@cache
def ideas() -> tuple[Idea, ...]:
    """The invented startups."""
    rows = [[cell.strip() for cell in line.split("|")] for line in _lines("startups")]
    return tuple(
        Idea(name, complement, pitch, problem, tuple(themes.split(", ")), tuple(users.split(", ")))
        for name, complement, pitch, problem, themes, users in rows
    )


class Places(NamedTuple):
    """Regions with their weights added up, and the communes of each; a likelier commune is there several times."""

    regions: tuple[str, ...]
    cumulated: tuple[int, ...]
    communes: dict[str, tuple[str, ...]]


@cache
def places() -> Places:
    """Where members live, by the regions' official codes."""
    rows = [[cell.strip() for cell in line.split("|")] for line in _lines("communes")]
    return Places(
        tuple(code for code, _weight, _names in rows),
        tuple(accumulate(int(weight) for _code, weight, _names in rows)),
        {code: tuple(name.strip() for name in names.split(",")) for code, _weight, names in rows},
    )
