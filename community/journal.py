"""The audit log as the person whom it concerns reads it, in words.

They are told what was done, when, and by whom as far as it is theirs to know: the role and the team of who read their
profile, not the name. Whoever reads a profile for their work does it in the name of their team, and a person has a
right to know that it was read, when and why, not to know which agent did it (Court of Justice of the European Union,
22 June 2023, C-579/21). The log holds the agent too, for the programme's team, if there is a complaint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.actions.accounts import AccountAction, FactorChange
from community.actions.choices import ChoiceAction
from community.actions.stint_corrections import StintCorrectionAction
from community.enums import AuditAction, RoleName, Visibility, audit_label
from community.models import AuditDetail, AuditEntry, Incubator, Startup, User

READINGS = (AuditAction.CV_SEEN, AuditAction.PRIVATE_PROFILE_SEEN)
"""Somebody else read what is not shown to everybody."""

REQUESTS = (
    AuditAction.OWN_DATA_EXPORTED,
    AuditAction.ERASURE_ASKED,
    AuditAction.ERASURE_CANCELLED,
    AuditAction.DIRECTORY_LEFT,
    AuditAction.DIRECTORY_JOINED,
    StintCorrectionAction.ASKED,
    StintCorrectionAction.DONE,
    StintCorrectionAction.REFUSED,
    ChoiceAction.VISIBILITY_CHANGED,
    ChoiceAction.HIDDEN_FROM,
    ChoiceAction.SHOWN_AGAIN,
)
"""What the person asked for or chose: copies, erasures, objections, who sees them."""

MOST = 20
"""Lines of each part on the page; the copy of one's data has all."""


@dataclass(frozen=True)
class Line:
    """One line. `words`: what there is to say besides the label; empty where the details are gone, or say nothing."""

    moment: datetime
    label: str
    words: str = ""


@dataclass(frozen=True)
class Journal:
    """What the log says about a person, the latest first."""

    readings: list[Line]
    requests: list[Line]
    others: list[Line]


def journal_of(user: User) -> Journal:
    """The latest lines about this account and its record. At most five queries, however many lines."""
    about = AuditEntry.objects.about(user).order_by("-sequence").select_related("detail")
    parts = [
        list(about.filter(action__in=READINGS)[:MOST]),
        list(about.filter(action__in=REQUESTS)[:MOST]),
        list(about.exclude(action__in=(*READINGS, *REQUESTS))[:MOST]),
    ]
    names = _names_of_places(entry for part in parts for entry in part)
    return Journal(*([_line(entry, names) for entry in part] for part in parts))


Names = dict[tuple[str, int], str]


def _line(entry: AuditEntry, names: Names) -> Line:
    words = _WORDS.get(entry.action)
    facts = _facts(entry)
    return Line(entry.moment, audit_label(entry.action), words(facts, names) if words and facts is not None else "")


def _facts(entry: AuditEntry) -> dict[str, Any] | None:
    try:
        return entry.detail.facts
    except AuditDetail.DoesNotExist:
        # Nothing was said, or who did it has been erased since.
        return None


def _roles(facts: dict[str, Any]) -> list[tuple[str, int | None, int | None]]:
    if "roles" in facts:
        return [(role, startup, incubator) for role, startup, incubator in facts["roles"]]
    return [(facts["role"], facts.get("startup"), facts.get("incubator"))] if "role" in facts else []


def _names_of_places(entries: Iterable[AuditEntry]) -> Names:
    held = [role for entry in entries for role in _roles(_facts(entry) or {})]
    names: Names = {}
    for kind, model, pks in (
        ("startup", Startup, {startup for _role, startup, _incubator in held if startup}),
        ("incubator", Incubator, {incubator for _role, _startup, incubator in held if incubator}),
    ):
        if pks:
            rows = model._base_manager.filter(pk__in=pks).values_list("pk", "name")
            names |= {(kind, pk): name for pk, name in rows}
    return names


def _role_in_words(role: tuple[str, int | None, int | None], names: Names) -> str:
    name, startup, incubator = role
    label = RoleName(name).label if name in RoleName.values else name
    place = names.get(("startup", startup or 0)) or names.get(("incubator", incubator or 0))
    return f"{label} ({place})" if place else label


def _reader(facts: dict[str, Any], names: Names) -> str:
    held = [_role_in_words(role, names) for role in _roles(facts)]
    if facts.get("is_administrator"):
        held.append("Administration du portail")
    return f"au titre du rôle : {', '.join(dict.fromkeys(held))}" if held else "par un membre de la communauté"


def _role(facts: dict[str, Any], names: Names) -> str:
    return ", ".join(_role_in_words(role, names) for role in _roles(facts))


_FACTORS = {"totp": "application d’authentification", "webauthn": "clé d’accès", "recovery_codes": "codes de secours"}


def _factor(facts: dict[str, Any], names: Names) -> str:
    change = facts.get("change", "")
    label = FactorChange(change).label if change in FactorChange.values else ""
    return " : ".join(part for part in (_FACTORS.get(facts.get("factor", ""), ""), label) if part)


def _device(facts: dict[str, Any], names: Names) -> str:
    return str(facts.get("device", ""))


def _devices(facts: dict[str, Any], names: Names) -> str:
    return ", ".join(facts.get("devices", []))


def _visibility(facts: dict[str, Any], names: Names) -> str:
    before, after = facts.get("before", {}), facts.get("after", {})
    told = []
    if "visibility" in after:
        told.append(f"qui trouve la fiche : {_who(before.get('visibility'))}, puis {_who(after['visibility'])}")
    count = len(after.keys() - {"visibility"})
    if count:
        told.append(f"{count} choix de détail")
    return " ; ".join(told)


def _who(visibility: Any) -> str:
    return f"« {Visibility(visibility).label} »" if visibility in Visibility.values else "inconnu"


_WORDS: dict[str, Callable[[dict[str, Any], Names], str]] = {
    **dict.fromkeys(READINGS, _reader),
    AuditAction.ROLE_GRANTED: _role,
    AuditAction.ROLE_WITHDRAWN: _role,
    AuditAction.SECOND_FACTOR_CHANGED: _factor,
    AuditAction.SESSION_ENDED: _devices,
    AccountAction.NEW_DEVICE: _device,
    ChoiceAction.VISIBILITY_CHANGED: _visibility,
}
