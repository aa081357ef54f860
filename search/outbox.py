"""No update is ever lost: each change is a row written with it, and removed once the index has it.

Signals write the rows for saves, deletes and many-to-many changes. Django sends those of deletes and of many-to-many
changes in a transaction with the change; a save is given one here. Bulk writes send no signal: they call `changed` or
`everything` themselves, in their transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from . import registry
from .declarations import Document
from .draining import drain, drain_after_commit, pending
from .models import OutboxEntry, keys_of

__all__ = ["awaiting", "changed", "connect", "drain", "everything", "paused", "pending"]

_paused: ContextVar[set[str] | None] = ContextVar("search_outbox_paused", default=None)


# Writing ---------------------------------------------------------------------


def changed(what: str | type[Model], ids: Iterable[Any]) -> None:
    """Rows were written without signals. `what`: a document's name, or a model.

    A model that several documents are made of, or show, concerns them all. Raises `TransactionManagementError` outside
    of the transaction that wrote them.
    """
    _require_transaction()
    ids = sorted({int(pk) for pk in ids})
    if not ids:
        return
    if isinstance(what, str):
        _write_rows(registry.get(what), ids)
        return
    for document in registry.all():
        if document.model is what:
            _write_rows(document, ids)
        if what in document.related():
            _write_sources(document, what, ids)


def everything(what: str | Document) -> None:
    """So much of a document may have changed that it is to be built anew when the outbox is drained.

    Raises `TransactionManagementError` outside of the transaction that wrote it.
    """
    _require_transaction()
    document = registry.get(what) if isinstance(what, str) else what
    _write(document, [OutboxEntry(document=document.name)])


@contextmanager
def paused() -> Iterator[None]:
    """No signal writes an entry inside; on the way out, each document concerned gets one entry for the whole of it.

    For imports, which rebuild afterwards: `search_rebuild` takes these entries away. Open it inside the transaction
    that writes, so that the entries are committed with the rows; raises `TransactionManagementError` outside of any.
    """
    _require_transaction()
    token = _paused.set(set())
    try:
        yield
        touched = _paused.get() or set()
    finally:
        _paused.reset(token)
    OutboxEntry.objects.bulk_create(OutboxEntry(document=name) for name in sorted(touched))


def _require_transaction() -> None:
    """Rows that were committed already would be lost with a process that dies before their entry is written."""
    if not connections[router.db_for_write(OutboxEntry)].in_atomic_block:
        raise transaction.TransactionManagementError("The outbox is written in the transaction of the rows it names")


def _write_rows(document: Document, ids: list[int]) -> None:
    _write(document, OutboxEntry.for_rows(document.name, ids))


def _write_sources(document: Document, model: type[Model], ids: Iterable[Any]) -> None:
    label = model._meta.label_lower
    _write(document, [OutboxEntry(document=document.name, source=label, source_id=str(pk)) for pk in ids])


def _write(document: Document, entries: list[OutboxEntry]) -> None:
    touched = _paused.get()
    if touched is not None:
        touched.add(document.name)
        return
    if entries:
        OutboxEntry.objects.bulk_create(entries)
        drain_after_commit(router.db_for_write(OutboxEntry))


def awaiting(name: str, ids: Iterable[int]) -> set[int]:
    """Those of these rows of a document that were written and that the index has not read since."""
    wanted = set(ids)
    waiting: set[int] = set()
    for named in OutboxEntry.objects.filter(document=name, source="").values_list("ids", flat=True):
        if named is None:
            return wanted
        waiting.update(named)
    return waiting & wanted


# Listening -------------------------------------------------------------------


def connect() -> None:
    """Listen to the models that the registered documents are made of or show. Calling it again does no harm."""
    for document in registry.all():
        _connect_rows(document, document.model)
        _save_with_signals(document.model)
        for model in document.related():
            _connect_related(document, model)
            _save_with_signals(model)
    m2m_changed.connect(_on_m2m, dispatch_uid="search.outbox.m2m")


def _connect_rows(document: Document, model: type[Model]) -> None:
    def written(sender: type[Model], instance: Any, **kwargs: Any) -> None:
        _write_rows(document, [instance.pk])

    uid = f"search.outbox.{document.name}"
    post_save.connect(written, sender=model, weak=False, dispatch_uid=f"{uid}.save")
    post_delete.connect(written, sender=model, weak=False, dispatch_uid=f"{uid}.delete")


def _connect_related(document: Document, model: type[Model]) -> None:
    """Which rows an instance concerns is asked when the entry is drained, except where it would be too late then."""
    rows_of = document.related()[model]

    def before_save(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
        # An instance that moves from one row to another concerns the row that it leaves too.
        if raw or instance._state.adding or instance.pk is None or _paused.get() is not None:
            return
        before = sender._base_manager.filter(pk=instance.pk).first()
        if before is not None and any(
            getattr(before, field.attname) != getattr(instance, field.attname)
            for field in sender._meta.concrete_fields
            if field.is_relation
        ):
            _write_rows(document, sorted(keys_of(rows_of(before))))

    def saved(sender: type[Model], instance: Any, **kwargs: Any) -> None:
        _write_sources(document, model, [instance.pk])

    def before_delete(sender: type[Model], instance: Any, **kwargs: Any) -> None:
        _write_rows(document, sorted(keys_of(rows_of(instance))))

    uid = f"search.outbox.{document.name}.{model._meta.label_lower}"
    pre_save.connect(before_save, sender=model, weak=False, dispatch_uid=f"{uid}.before_save")
    post_save.connect(saved, sender=model, weak=False, dispatch_uid=f"{uid}.save")
    pre_delete.connect(before_delete, sender=model, weak=False, dispatch_uid=f"{uid}.delete")


def _save_with_signals(model: type[Model]) -> None:
    """Outside of any transaction, `save` commits the row with the signals around it, or nothing.

    Django would commit the row by itself, and send `post_save` afterwards: a process that dies in between would have
    told nobody. Within a transaction nothing is added.
    """
    if hasattr(model.save_base, "commits_signals"):
        return
    save_base = model.save_base

    @wraps(save_base)
    def whole(self: Model, *args: Any, **kwargs: Any) -> None:
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        if connections[using].in_atomic_block:
            save_base(self, *args, **kwargs)
            return
        with transaction.atomic(using=using):
            save_base(self, *args, **kwargs)

    vars(whole)["commits_signals"] = True
    setattr(model, "save_base", whole)  # noqa: B010


def _on_m2m(
    sender: type[Model],
    instance: Model,
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: set[Any] | None,
    **kwargs: Any,
) -> None:
    if action not in {"post_add", "post_remove", "pre_clear"}:
        return
    # A clear names nobody: those who are about to lose the link are read before it happens.
    others = sorted(pk_set if pk_set is not None else _linked(sender, instance, model, reverse))
    for document in registry.all():
        if document.model in (type(instance), model):
            rows = ([instance.pk] if document.model is type(instance) else []) + (
                others if document.model is model else []
            )
            _write_rows(document, rows)
            continue
        related = document.related()
        if type(instance) in related:
            _write_sources(document, type(instance), [instance.pk])
        if model in related:
            _write_sources(document, model, others)


def _linked(through: type[Model], instance: Model, model: type[Model], reverse: bool) -> set[Any]:
    """The keys of the other side's instances, linked to this one."""
    keys = [field for field in through._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    own = [field for field in keys if field.remote_field.model is type(instance)]
    other = [field for field in keys if field.remote_field.model is model]
    if own and other and own[0] is other[0]:
        # A model linked to itself: the first key is the side that holds the field.
        own, other = (other[1:], own[:1]) if reverse else (own[:1], other[1:])
    if not own or not other:
        return set()
    rows = through._base_manager.filter(**{own[0].attname: instance.pk})
    return set(rows.values_list(other[0].attname, flat=True))
