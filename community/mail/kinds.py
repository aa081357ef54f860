"""The kinds of mail, and the sections of the digests. Each app declares its own in its module `mails`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.enums import MailFrequency
from community.models import User

DIGEST = "digest"
"""The kind of the digests themselves: to stop it is to stop all that one had in digests."""
OTHER = "other"
"""The kind of what libraries send by Django's own functions and that nobody declared."""
IN_DIGESTS = (MailFrequency.DAILY, MailFrequency.WEEKLY)


@dataclass(frozen=True)
class Kind:
    """A kind of mail.

    `label`: its name on the page of choices. `description`: when one receives it, there. `why`: the sentence at the
    end of each mail that says why one receives it. `can_be_refused`: false for what a person must know (a code they
    asked for, a decision about them). `at_once`: false for what comes in digests alone. `default`: for who has chosen
    nothing. `is_urgent`: goes before the others, and is tried as soon as it is committed. `lifetime`: afterwards the
    mail is of no use, and is not sent. `is_secret`: emptied as soon as it is sent. `is_listed`: shown on the page.
    `is_alert`: what alerts find (`community.mail.alerts`); digests tell it without a section, a pause holds it back.
    `more`: the name of the page where more of it is chosen.
    """

    name: str
    label: str
    why: str
    description: str = ""
    can_be_refused: bool = True
    at_once: bool = True
    default: MailFrequency = MailFrequency.AT_ONCE
    is_urgent: bool = False
    lifetime: timedelta | None = None
    is_secret: bool = False
    is_listed: bool = True
    is_alert: bool = False
    more: str = ""

    @property
    def choices(self) -> list[MailFrequency]:
        """What a person may choose. Digests are offered where a section tells this kind, so that nothing is lost."""
        told = [MailFrequency.AT_ONCE] if self.at_once else []
        if self.can_be_refused:
            told += [*(IN_DIGESTS if self.is_alert or self.name in _sections else ()), MailFrequency.NEVER]
        return told


@dataclass(frozen=True)
class Entry:
    """One thing told in a digest, in plain text. `path`: where it leads on the portal. `lines`: what is said of it."""

    title: str
    path: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """What a digest tells of one kind.

    `entries`: what happened to this person's things from a moment (included) to another (excluded); the same question
    twice has the same answer, and a moment belongs to one period only. It must show what this person may see, nothing
    else. `title`: above them.
    """

    kind: str
    title: str
    entries: Callable[[User, datetime, datetime], Sequence[Entry]]


_kinds: dict[str, Kind] = {}
_sections: dict[str, Section] = {}


def register(kind: Kind, section: Section | None = None) -> Kind:
    """Declare a kind of mail, with what the digests tell of it. Raises `ValueError` for what cannot be."""
    if kind.name in _kinds:
        raise ValueError(f"The kind of mail « {kind.name} » is declared twice.")
    if section is not None and section.kind != kind.name:
        raise ValueError(f"The section of « {kind.name} » is of another kind.")
    if section is not None:
        _sections[kind.name] = section
    if kind.default not in kind.choices:
        _sections.pop(kind.name, None)
        raise ValueError(f"« {kind.name} » is not offered {kind.default.name}, which is its default.")
    _kinds[kind.name] = kind
    return kind


def unregister(name: str) -> None:
    """Take a kind away: for tests that declare their own."""
    _kinds.pop(name, None)
    _sections.pop(name, None)


def kind_of(name: str) -> Kind | None:
    """The kind of this name; None where no app declares it any more."""
    return _kinds.get(name)


def declared(name: str) -> Kind:
    """The kind of this name. Raises `LookupError` where no app declares it."""
    return _kinds[name]


def kinds() -> list[Kind]:
    """Every kind, as they were declared."""
    return list(_kinds.values())


def sections() -> list[Section]:
    """Every section, as they were declared."""
    return list(_sections.values())
