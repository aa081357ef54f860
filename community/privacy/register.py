"""The public register of processing, drawn from what the apps declare."""

from __future__ import annotations

from dataclasses import dataclass

from community.privacy.registry import Activity, Basis, Fate, activities


@dataclass(frozen=True)
class Line:
    """One processing. `holds`: what it keeps. `stays`: what an erasure leaves without a name, and why."""

    activity: Activity
    basis: str
    holds: list[str]
    stays: list[str]


def public_register() -> list[Line]:
    """Every processing, as the apps declared them."""
    lines = []
    for activity, held in activities():
        stays = [link.why for one in held for link in one.links if link.fate != Fate.ERASED]
        basis = str(Basis(activity.basis).label)
        lines.append(Line(activity, basis, [one.what for one in held], list(dict.fromkeys(stays))))
    return lines
