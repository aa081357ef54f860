"""Making one record of two, with a copy of everything that it changes, and parting them again.

Both take their turn (`community.turns`) and lock the records that they touch before they look: of two people who act
on the same pair, the second finds what the first has done. What stays where is decided in `community.merging`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, TypeVar

from django.core import serializers
from django.db import OperationalError, models, transaction
from django.utils.timezone import localtime

from community import audit
from community.actions.mail import queue_mail
from community.actions.roles import name_of
from community.copies import copy_of, put_back
from community.enums import AuditAction, audited
from community.mails import JOINING
from community.merging import (
    PROTECTED,
    Decision,
    How,
    decisions,
    differing,
    is_list,
    least_shown,
    together,
    undecided,
)
from community.models import AuditPseudonym, DistinctPair, FormerSlug, Member, MemberMerge, SourceRecord, User
from community.turns import in_turn, is_crossed
from community.wording import day_in_words
from search import outbox

KEPT, GONE, BOTH = "gardee", "autre", "les-deux"
"""Whose value stays: that of the record that stays, that of the one that goes, or both (of lists)."""

TWO_ACCOUNTS = (
    "Ces deux fiches ont chacune un compte : les réunir donnerait à l’un des deux ce que l’autre a confié au portail. "
    "Demandez à la personne de se connecter avec le compte qu’elle ne veut plus, de prendre une copie de ses données, "
    "puis d’effacer ce compte et sa fiche dans « Mes données » ; ou laissez les deux fiches."
)
OWN_RECORD = (
    "L’une de ces fiches est la vôtre : une autre personne de l’équipe du programme doit les réunir, car les missions "
    "de l’autre deviendraient les vôtres."
)

BUSY = (
    "Quelqu’un modifie en ce moment l’une de ces fiches, ou ce qui en dépend : rien n’a changé. Recommencez dans un "
    "instant."
)

T = TypeVar("T")


@audited
class MergingAction(models.TextChoices):
    """What the audit log keeps besides records merged and parted."""

    TOLD_APART = "members_told_apart", "Fiches déclarées distinctes"


class MergeRefused(Exception):  # noqa: N818
    """That cannot be done; the message says why, in French."""


class ChangedSincePreview(MergeRefused):
    """One of the records is no longer what the person had before them."""


# What one has before oneself -------------------------------------------------------


def state_of_pair(kept: Member, gone: Member) -> str:
    """A short text that changes with anything that merging these two would touch."""
    told = [[_told(member), *_rows_told(member)] for member in (kept, gone)]
    return blake2b(json.dumps(told, default=str, sort_keys=True).encode(), digest_size=12).hexdigest()


def _rows_told(member: Member) -> list[Any]:
    every = [decision for decision in decisions() if decision.how != How.LOG]
    return [[one.at, [[row.pk, one.same(row) if one.same else None] for row in one.rows(member)]] for one in every]


# Making one ------------------------------------------------------------------------


def why_not_merged(kept: Member, gone: Member, by: User) -> str:
    """Why these two may not be made into one by this account, in French; empty when they may."""
    if kept.pk == gone.pk:
        return "C’est la même fiche, deux fois : il n’y a rien à réunir."
    if kept.user_id and gone.user_id:
        return TWO_ACCOUNTS
    if by.pk in (kept.user_id, gone.user_id):
        return OWN_RECORD
    return ""


def merge_members(
    kept: Member, gone: Member, choices: Mapping[str, str], *, by: User, seen: str | None = None
) -> MemberMerge:
    """Make one record of two: `gone` goes, and all that hung on it is `kept`'s.

    `choices`: column, or the `at` of a decision that is `CHOSEN` -> `KEPT`, `GONE` or `BOTH`; `KEPT` for what it does
    not name. `seen`: the `state_of_pair` that the person had before them. Raises `MergeRefused`.
    """
    if missing := undecided():
        raise MergeRefused(f"Le portail ne sait pas quoi faire de : {', '.join(missing)}. Rien n’a changé.")
    return _in_turn(lambda: _merge(kept, gone, choices, by, seen))


def _in_turn(act: Callable[[], T]) -> T:
    """Others write what hangs on these records meanwhile: see `community.turns`."""
    try:
        return in_turn(act)
    except OperationalError as error:
        if not is_crossed(error):
            raise
        raise MergeRefused(BUSY) from error


def _merge(kept: Member, gone: Member, choices: Mapping[str, str], by: User, seen: str | None) -> MemberMerge:
    kept, gone = _locked(kept, gone)
    if refusal := why_not_merged(kept, gone, by):
        raise MergeRefused(refusal)
    if seen is not None and state_of_pair(kept, gone) != seen:
        raise ChangedSincePreview(
            "Une des deux fiches a changé depuis que cette page est ouverte. La voici à jour, avec vos choix : "
            "vérifiez-la, puis confirmez de nouveau."
        )
    before = _told(kept)
    snapshot: dict[str, Any] = {"gone": _told(gone), "moved": [], "removed": [], "combined": []}
    for decision in decisions():
        if decision.how != How.LOG:
            _move(decision, kept, gone, choices, snapshot)
    gone_user = gone.user
    if gone_user is not None:
        # One record for each account, at every moment.
        Member.objects.filter(pk=gone.pk).update(user=None)
    _fill(kept, gone, choices, gone_user)
    kept.save()
    snapshot["fields"] = _changes(before, _told(kept))
    snapshot["source"] = _follow_the_source(gone, kept)
    former = {"member": kept, "record_id": gone.pk, "record_made_at": gone.created_at}
    FormerSlug.objects.update_or_create(identifier=gone.slug, defaults=former)
    gone_id = gone.pk
    snapshot["pseudonyms"] = _hand_over_the_log(gone, kept, by)
    _nothing_is_left(gone)
    gone.delete()
    outbox.changed(Member, [kept.pk, gone_id])
    merge = MemberMerge.objects.create(kept=kept, gone_id=gone_id, snapshot=snapshot, merged_by=by)
    _tell(kept, gone.full_name, is_parted=False)
    return merge


def _tell(kept: Member, other: str, *, is_parted: bool) -> None:
    """Tell whoever has the record, if it is not by their own hand: nobody merges theirs."""
    if kept.user is not None:
        queue_mail(JOINING, kept.user, "records_merged", {"member": kept, "other": other, "is_parted": is_parted})


def _locked(kept: Member, gone: Member) -> tuple[Member, Member]:
    wanted = sorted([kept.pk, gone.pk])
    rows = {row.pk: row for row in Member.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    for member in (gone, kept):
        if member.pk not in rows:
            raise MergeRefused(_what_became_of(member))
    return rows[kept.pk], rows[gone.pk]


def _what_became_of(member: Member) -> str:
    done = MemberMerge.objects.filter(gone_id=member.pk).select_related("merged_by", "kept").first()
    if done is None:
        return "Une de ces deux fiches n’existe plus : rien n’a changé."
    who = f" par {name_of(done.merged_by)}" if done.merged_by else ""
    return (
        f"La fiche « {member.full_name} » a déjà été réunie à « {done.kept} »{who}, le "
        f"{day_in_words(localtime(done.merged_at).date())} : rien n’a changé."
    )


def _told(row: models.Model) -> dict[str, Any]:
    """A row with its columns, without its lists: those have decisions of their own."""
    names = [field.name for field in row._meta.concrete_fields if not field.primary_key]
    return copy_of([row], names)[0]


def _move(
    decision: Decision, kept: Member, gone: Member, choices: Mapping[str, str], snapshot: dict[str, Any]
) -> None:
    """See to the rows of one column."""
    column, manager = decision.column, decision.model._base_manager
    theirs, ours = list(decision.rows(gone).select_for_update()), list(decision.rows(kept).select_for_update())
    removed: list[models.Model] = []
    if decision.how == How.GOES:
        removed, theirs = theirs, []
    elif decision.how == How.CHOSEN and ours and theirs:
        if choices.get(decision.at, KEPT) == GONE:
            removed = ours
        else:
            removed, theirs = theirs, []
    elif decision.same is not None:
        held = {decision.same(row): row for row in ours}
        twice = [row for row in theirs if decision.same(row) in held]
        for row in twice:
            _combine(decision, held[decision.same(row)], row, snapshot)
        removed, theirs = twice, [row for row in theirs if row not in twice]
    if decision.is_copied:
        snapshot["removed"] += [{"at": decision.at, "row": row} for row in copy_of(removed)]
    manager.filter(pk__in=[row.pk for row in removed]).delete()
    pks = [row.pk for row in theirs]
    copies = copy_of(theirs) if decision.is_copied else []
    if pks:
        manager.filter(pk__in=pks).update(**{column.name: kept.pk})
        snapshot["moved"].append({"at": decision.at, "pks": pks, "rows": copies})
    outbox.changed(decision.model, [row.pk for row in (*removed, *theirs)])


def _combine(decision: Decision, kept_row: Any, gone_row: Any, snapshot: dict[str, Any]) -> None:
    if decision.combine is None:
        return
    taken = {
        name: value for name, value in decision.combine(kept_row, gone_row).items() if getattr(kept_row, name) != value
    }
    if taken:
        before = {name: getattr(kept_row, name) for name in taken}
        decision.model._base_manager.filter(pk=kept_row.pk).update(**taken)
        snapshot["combined"].append({"at": decision.at, "pk": kept_row.pk, "before": before, "after": taken})


def _fill(kept: Member, gone: Member, choices: Mapping[str, str], gone_user: User | None) -> None:
    for field in differing(kept, gone):
        choice, name = choices.get(field.name, KEPT), field.attname
        if choice == GONE:
            setattr(kept, name, getattr(gone, name))
        elif choice == BOTH and is_list(field):
            setattr(kept, name, together(getattr(kept, name), getattr(gone, name)))
    for name in PROTECTED:
        setattr(kept, name, least_shown(name, getattr(kept, name), getattr(gone, name)))
    if gone_user is not None:
        kept.user = gone_user


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Column -> what it said and what it says, for those that changed."""
    old, new = before["fields"], after["fields"]
    return {name: [old[name], new[name]] for name in new if old[name] != new[name] and name != "name_folded"}


def _follow_the_source(gone: Member, kept: Member) -> list[int]:
    """The files that the record was imported from are the other's from now on: an import changes it, and makes no
    second one.
    """
    records = SourceRecord.objects.filter(kind="member", object_id=gone.pk)
    pks = list(records.values_list("pk", flat=True))
    records.update(object_id=kept.pk)
    return pks


def _hand_over_the_log(gone: Member, kept: Member, by: User) -> list[str]:
    """Gives the pseudonyms that were of the record which goes."""
    before = list(AuditPseudonym.objects.filter(member=gone).values_list("pk", flat=True))
    audit.merged(gone, kept, by=by)
    # Saying so may have made the first one.
    made = AuditPseudonym.objects.filter(member=kept, stands_for=f"member:{gone.pk}").values_list("pk", flat=True)
    return sorted({*before, *made})


def _nothing_is_left(gone: Member) -> None:
    """Deleting the record takes nothing along."""
    left = [decision.at for decision in decisions() if decision.rows(gone).exists()]
    if left:
        raise RuntimeError(f"Rows of {left} would go with the record.")


# Parting ---------------------------------------------------------------------------


def why_not_parted(merge: MemberMerge) -> str:
    """Why two records cannot be parted now, in French; empty when they can."""
    if not MemberMerge.objects.reversible().filter(pk=merge.pk).exists():
        return "Cette réunion a déjà été annulée, ou ses 30 jours sont passés : il n’y a plus rien à annuler."
    later = MemberMerge.objects.filter(kept=merge.kept_id, pk__gt=merge.pk).order_by("-pk").first()
    if later is not None:
        return (
            f"La fiche a été réunie à une autre depuis : annulez d’abord la réunion de « {later.gone_name} », du "
            f"{day_in_words(localtime(later.merged_at).date())}."
        )
    slug = merge.snapshot["gone"]["fields"]["slug"]
    if Member.objects.filter(slug=slug).exists():
        return f"Une autre fiche porte maintenant l’identifiant « {slug} » : la première ne peut pas être rendue."
    return ""


def part_members(merge: MemberMerge, *, by: User) -> list[str]:
    """Give both records back as they were; what was added since stays with the one that was kept.

    Gives what could not be given back, in French. Raises `MergeRefused`.
    """
    return _in_turn(lambda: _part(merge, by))


def _part(merge: MemberMerge, by: User) -> list[str]:
    kept = Member.objects.select_for_update().filter(pk=merge.kept_id).first()
    row = MemberMerge.objects.select_for_update().filter(pk=merge.pk).first()
    if row is None or kept is None or row.kept_id != kept.pk:
        raise MergeRefused("Cette réunion a déjà été annulée, ou ses 30 jours sont passés : rien n’a changé.")
    if refusal := why_not_parted(row):
        raise MergeRefused(refusal)
    told: dict[str, Any] = row.snapshot
    lost: list[str] = []
    _empty_again(kept, told["fields"], lost)
    gone = told["gone"]
    FormerSlug.objects.filter(identifier=gone["fields"]["slug"], member=kept).delete()
    if User.objects.filter(pk=gone["fields"]["user"] or 0, member__isnull=False).exists():
        gone = {**gone, "fields": {**gone["fields"], "user": None}}
        lost.append("le compte, lié depuis à une autre fiche")
    if not put_back(gone):
        raise MergeRefused("La fiche ne peut pas être rendue : ce dont elle dépendait n’existe plus.")
    by_column = {decision.at: decision for decision in decisions()}
    for moved in told["moved"]:
        if moved["at"] in by_column:
            _move_back(by_column[moved["at"]], moved, kept.pk, row.gone_id, lost)
    for combined in told["combined"]:
        if combined["at"] in by_column:
            _separate(by_column[combined["at"]], combined)
    for removed in told["removed"]:
        _restore(by_column.get(removed["at"]), removed["row"], lost)
    AuditPseudonym.objects.filter(pk__in=told["pseudonyms"], member=kept).update(member=row.gone_id)
    SourceRecord.objects.filter(pk__in=told["source"], object_id=kept.pk).update(object_id=row.gone_id)
    outbox.changed(Member, [kept.pk, row.gone_id])
    row.delete()
    audit.record(AuditAction.MEMBERS_PARTED, by=by, about=kept, details={"kept": kept.pk, "gone": row.gone_id})
    _tell(kept, gone["fields"]["full_name"], is_parted=True)
    return list(dict.fromkeys(lost))


class _Rehearsal(Exception):  # noqa: N818
    """Ends a rehearsal: everything was done, nothing is kept."""


def rehearse_parting(merge: MemberMerge, *, by: User) -> list[str]:
    """What `part_members` could not give back, in French, without doing it. Raises `MergeRefused`."""
    lost: list[str] = []
    try:
        with transaction.atomic():
            lost = part_members(merge, by=by)
            raise _Rehearsal
    except _Rehearsal:
        return lost


def _empty_again(kept: Member, fields: Mapping[str, list[Any]], lost: list[str]) -> None:
    """What the merge wrote into the record that was kept says again what it said; what was changed since stays."""
    present = _told(kept)["fields"]
    back = {name: old for name, (old, new) in fields.items() if present.get(name) == new}
    for name in fields.keys() - back.keys():
        lost.append(f"« {_column(name).verbose_name} », modifié depuis sur la fiche gardée")
    if back:
        told = {"model": "community.member", "fields": back}
        values: Any = next(iter(serializers.deserialize("python", [told]))).object
        for name in back:
            setattr(kept, _column(name).attname, getattr(values, _column(name).attname))
        kept.save(update_fields=list(back))


def _column(name: str) -> Any:
    return Member._meta.get_field(name)


def _move_back(decision: Decision, moved: Mapping[str, Any], kept: int, gone: int, lost: list[str]) -> None:
    manager, name = decision.model._base_manager, decision.column.name
    there = dict(manager.filter(pk__in=moved["pks"]).values_list("pk", name))
    theirs = [pk for pk, owner in there.items() if owner == kept]
    manager.filter(pk__in=theirs).update(**{name: gone})
    if len(theirs) < len(there):
        lost.append(f"{decision.label or decision.at} : une partie a été liée depuis à une autre fiche")
    for row in moved["rows"]:
        if row["pk"] not in there:
            _restore(decision, row, lost)
    outbox.changed(decision.model, moved["pks"])


def _separate(decision: Decision, combined: Mapping[str, Any]) -> None:
    rows = decision.model._base_manager.filter(pk=combined["pk"], **combined["after"])
    rows.update(**combined["before"])
    outbox.changed(decision.model, [combined["pk"]])


def _restore(decision: Decision | None, row: Mapping[str, Any], lost: list[str]) -> None:
    if decision is None or not put_back(row):
        label = decision.label if decision is not None and decision.label else row["model"]
        lost.append(f"{label} : ce à quoi cela renvoyait n’existe plus, ou a été remplacé depuis")
    else:
        outbox.changed(decision.model, [row["pk"]])


# Two people ------------------------------------------------------------------------


@transaction.atomic
def tell_apart(first: Member, second: Member, *, by: User) -> None:
    """Remember that these two records are of two people. Saying it twice changes nothing."""
    low, high = sorted([first.pk, second.pk])
    DistinctPair.objects.get_or_create(first_id=low, second_id=high, defaults={"said_by": by})
    audit.record(MergingAction.TOLD_APART, by=by, about=first, details={"first": low, "second": high})


def forget_old_merges() -> int:
    """Remove the copies of records that can be parted no longer; gives how many."""
    return MemberMerge.objects.expired().delete()[0]
