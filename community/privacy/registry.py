"""What each app says that it holds about a person. Everything else is drawn from it: the copy that a person takes,
what erasure does, and the public register of processing.

An app declares in its module `privacy`:

    ACTIVITY = activity("recherches", "Recherches enregistrées", why=…, basis=Basis.CONTRACT, kept=…, read_by=…)
    holds(SavedSearch, ACTIVITY, "le nom et les critères de vos recherches", Link("user", Fate.ERASED))
    nobody_in("taggit", "des mots attachés à des pages")

Every table has one declaration, and every relation that leads to a person is named by it: `undecided()` tells of what
is missing, and a test fails for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from community.privacy.people import ACCOUNT, RECORD, Person


class Basis(models.TextChoices):
    """Why the law lets the portal process something: article 6.1 of the GDPR. The operator’s DPO has the last word."""

    PUBLIC_TASK = "e", "mission d’intérêt public (article 6.1.e du RGPD)"
    CONTRACT = "b", "exécution du service demandé (article 6.1.b du RGPD)"
    CONSENT = "a", "votre accord, que vous pouvez retirer (article 6.1.a du RGPD)"
    LEGAL_DUTY = "c", "obligation légale (article 6.1.c du RGPD)"


class Fate(models.TextChoices):
    """What becomes of a row when the person is erased."""

    ERASED = "erased", "effacé"
    UNNAMED = "unnamed", "gardé sans votre nom"
    KEPT = "kept", "gardé"


SELF = "self"
"""As a link’s `lookup`: the row is the person’s account or record itself."""


@dataclass(frozen=True)
class Activity:
    """A processing of the register. All texts are in French; `kept`: for how long."""

    name: str
    title: str
    why: str
    basis: Basis
    kept: str
    read_by: str


@dataclass(frozen=True)
class Link:
    """One way from a table to a person.

    `lookup`: from the table to the account or the record (« user », « stint__member »), through its own relation
    first. `rows`: instead of it, for what refers to a person without a relation. `fields`: what the person’s copy
    shows of the rows found by this way, when it is not all that the table shows: what another says of a third person
    is not theirs. `emptied`: texts that go with the name from a row that stays. `why`: in French, for what is not
    erased.
    """

    lookup: str
    fate: Fate
    fields: tuple[str, ...] | None = None
    emptied: tuple[str, ...] = ()
    why: str = ""
    rows: Callable[[Person], QuerySet] | None = None


@dataclass(frozen=True)
class Held:
    """What a table holds about people.

    `what`: in French, in a list after « le portail garde ». `secret`: columns that are in no copy: keys, digests.
    `beside`: relations that lead to the same person as one of the links. `erase`: does instead of deleting the rows of
    the links that are erased. `before`: what is worked out of the rows before they go.
    """

    model: type[models.Model]
    activity: Activity
    what: str
    links: tuple[Link, ...]
    secret: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    erase: Callable[[Person], object] | None = None
    before: Callable[[Person], object] | None = None

    @property
    def label(self) -> str:
        """« community.SavedSearch »."""
        label: str = self.model._meta.label
        return label

    @property
    def belongs_to_a_person(self) -> bool:
        """Whether some of its rows are about one person, so that what refers to them refers to that person."""
        return any(link.fate == Fate.ERASED for link in self.links)

    def shown(self, link: Link) -> list[str]:
        """The names of the fields that the person’s copy shows of the rows found by this link."""
        if link.fields is not None:
            return list(link.fields)
        meta = self.model._meta
        every = [*meta.concrete_fields, *meta.many_to_many]
        return [item.name for item in every if item.name not in self.secret]

    def rows(self, link: Link, person: Person) -> QuerySet:
        """The rows found by this link, in a steady order."""
        manager = self.model._base_manager
        if link.rows is not None:
            return link.rows(person)
        if link.lookup == SELF:
            row = person.holds(self.label)
            return manager.filter(pk=row.pk) if row else manager.none()
        row = person.holds(_end_of(self.model, link.lookup))
        return manager.filter(**{link.lookup: row}).order_by("pk") if row else manager.none()


@dataclass(frozen=True)
class Mention:
    """Texts in which somebody else may have written a person’s name. `then`: what is due after a row was changed."""

    model: type[models.Model]
    fields: tuple[str, ...]
    then: Callable[[models.Model], object] | None = None


@dataclass
class _Registry:
    activities: dict[str, Activity] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    nobody: dict[str, str] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)


_registry = _Registry()


# Declaring -------------------------------------------------------------------


def activity(name: str, title: str, *, why: str, basis: Basis, kept: str, read_by: str) -> Activity:
    """Declare a processing. Raises `ValueError` for one that is declared twice."""
    if name in _registry.activities:
        raise ValueError(f"The processing « {name} » is declared twice.")
    _registry.activities[name] = declared = Activity(name, title, why, basis, kept, read_by)
    return declared


def holds(
    model: type[models.Model] | str,
    activity: Activity,
    what: str,
    *links: Link,
    secret: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
    erase: Callable[[Person], object] | None = None,
    before: Callable[[Person], object] | None = None,
) -> Held:
    """Declare what a table holds (see `Held`). `model` as a text: « wagtailcore.Comment ».

    Raises `ValueError` for a table that is declared twice, `LookupError` for one that does not exist.
    """
    table = apps.get_model(model) if isinstance(model, str) else model
    label = table._meta.label
    if label in _registry.held or label in _registry.nobody:
        raise ValueError(f"{label} is declared twice.")
    _registry.held[label] = held = Held(table, activity, what, links, secret, beside, erase, before)
    return held


def nobody_in(label: str, why: str) -> None:
    """Declare that a table, or all of an app’s that say nothing else, is about no person; `why` in a few words.

    Raises `ValueError` for what is declared twice.
    """
    if label in _registry.nobody or label in _registry.held:
        raise ValueError(f"{label} is declared twice.")
    _registry.nobody[label] = why


def may_mention(
    model: type[models.Model] | str, *fields: str, then: Callable[[models.Model], object] | None = None
) -> None:
    """Declare texts (plain, JSON or streams of blocks) that erasure looks through for the person’s name."""
    table = apps.get_model(model) if isinstance(model, str) else model
    _registry.mentions.append(Mention(table, fields, then))


def forget_declaration(label: str) -> None:
    """Take a declaration away: for tests."""
    _registry.held.pop(label, None)
    _registry.nobody.pop(label, None)


# Reading ---------------------------------------------------------------------


def all_held() -> list[Held]:
    """Every declaration, as they were made."""
    return list(_registry.held.values())


def held_in(label: str) -> Held:
    """The declaration of « community.SavedSearch ». Raises `KeyError`."""
    return _registry.held[label]


def mentions() -> list[Mention]:
    """Where somebody may be named by somebody else."""
    return list(_registry.mentions)


def activities() -> list[tuple[Activity, list[Held]]]:
    """The processings and what each holds."""
    return [(item, [held for held in all_held() if held.activity is item]) for item in _registry.activities.values()]


def undecided() -> Iterator[str]:
    """What no app has decided, in words: a table without a declaration, a relation to a person without a link."""
    for model in apps.get_models():
        held = _registry.held.get(model._meta.label)
        if held is None and not {model._meta.label, model._meta.app_label} & _registry.nobody.keys():
            yield f"{model._meta.label}: no declaration"
        named = {link.lookup.split("__")[0] for link in held.links} | set(held.beside) if held else set()
        for name, target in _relations(model):
            if is_about_somebody(target) and name not in named:
                yield f"{model._meta.label}.{name}: leads to a person ({target._meta.label}) by no declared link"


def faulty() -> Iterator[str]:
    """What is declared and cannot be: a field or a relation that does not exist, a way that leads to no person."""
    labels = {model._meta.label for model in apps.get_models()} | {config.label for config in apps.get_app_configs()}
    for label in _registry.nobody.keys() - labels:
        yield f"{label}: declared, and no such table or app"
    for held in all_held():
        names = {item.name for item in held.model._meta.get_fields()}
        told = {*held.secret, *held.beside}
        for link in held.links:
            told |= {*(link.fields or ()), *link.emptied}
            if link.rows is None and link.lookup != SELF and _end_of(held.model, link.lookup) not in (ACCOUNT, RECORD):
                yield f"{held.label}: « {link.lookup} » leads to no person"
            if link.fate == Fate.UNNAMED and (link.rows is not None or "__" in link.lookup):
                yield f"{held.label}: « {link.lookup} » is no column that can be emptied"
            if link.fate != Fate.ERASED and not link.why:
                yield f"{held.label}: « {link.lookup} » is not erased, and does not say why"
        for name in told - names:
            yield f"{held.label}: no field « {name} »"
    for mention in mentions():
        for name in set(mention.fields) - {item.name for item in mention.model._meta.concrete_fields}:
            yield f"{mention.model._meta.label}: no field « {name} »"


def _relations(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    """The relations of a table to others. Those of a list of links (a plain many-to-many) are its owner’s, those of a
    table that this one extends are that one’s.
    """
    for item in (*model._meta.local_concrete_fields, *model._meta.local_many_to_many):
        if item.is_relation and isinstance(item.related_model, type):
            yield item.name, item.related_model


def is_about_somebody(model: type[models.Model]) -> bool:
    """Whether the rows of a table, some at least, are about one person each."""
    held = _registry.held.get(model._meta.label)
    return model._meta.label in (ACCOUNT, RECORD) or (held is not None and held.belongs_to_a_person)


def _end_of(model: type[models.Model], lookup: str) -> str:
    """The table at the end of « stint__member »."""
    for step in lookup.split("__"):
        target = model._meta.get_field(step).related_model
        if not isinstance(target, type):
            return ""
        model = target
    return model._meta.label
