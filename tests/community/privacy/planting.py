"""A person about whom every table that may says something: each text of each row is a word that only they have."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from PIL import Image
from wagtail.models import Comment, ModelLogEntry, Page, ReferenceIndex

from community.audit import record
from community.days import today
from community.enums import AuditAction, RoleName
from community.models import Finding, Invitation, Mail, Member, SourceRecord, Startup, User
from community.privacy import SELF, Fate, Held, Link, Person
from community.privacy.registry import all_held
from recruitment.models import ApplicationNote
from search.models import RefusedRow
from tests.community.factories import MemberFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, ArrivalFactory

_numbers = itertools.count(1)


class Planted:
    """Somebody with rows everywhere.

    `words`: what their copy must show; `secret`: what no copy shows; `gone`: what nothing holds after their erasure.
    """

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.words: set[str] = set()
        self.secret: set[str] = set()
        self.gone: set[str] = set()
        self.rows: dict[tuple[str, str], models.Model] = {}
        self.user = self._fill(UserFactory.build(), "community.User", {"email": f"{mark}@exemple.fr"})
        self.user.save()
        self.member = self._fill(
            MemberFactory.build(user=self.user),
            "community.Member",
            {"slug": f"{mark}.invente", "full_name": f"{mark.capitalize()} Inventé"},
        )
        self.member.save()
        self.person = Person(self.user, self.member)
        for held in sorted(all_held(), key=lambda held: max(link.lookup.count("__") for link in held.links)):
            for link in held.links:
                self._plant(held, link)

    # One row ------------------------------------------------------------------

    def _plant(self, held: Held, link: Link) -> None:
        where = (held.label, link.lookup)
        if link.lookup == SELF or where == ("community.Member", "user"):
            self.rows[where] = self.person.holds(held.label)
            return
        make = BY_HAND.get(where)
        row = make(self) if make else self._row(held, link)
        if row is not None:
            self.rows[where] = row
            self._note(held, link, row)

    def _row(self, held: Held, link: Link) -> models.Model:
        first, _, rest = link.lookup.partition("__")
        target = held.model._meta.get_field(first).related_model
        owner = self.rows[target._meta.label, rest] if rest else self.person.holds(target._meta.label)
        given: dict[str, Any] = {first: owner, **GIVEN.get(held.label, {}), **GIVEN.get((held.label, first), {})}
        row = held.model(**{name: value(self) if callable(value) else value for name, value in given.items()})
        self._fill(row, held.label, given)
        row.save()
        for relation in held.model._meta.local_many_to_many:
            getattr(row, relation.name).set([made(relation.related_model)])
        return row

    def _fill(self, row: models.Model, label: str, given: dict[str, Any]) -> Any:
        """Every text is planted; every other column that needs something gets something."""
        for name, value in given.items():
            if not callable(value):
                setattr(row, name, value)
        for field in row._meta.concrete_fields:
            if field.name in given or (field.primary_key and not isinstance(field, models.CharField)):
                continue
            if field.is_relation:
                needed = not field.null and getattr(row, field.attname) is None
                if needed:
                    setattr(row, field.name, made(field.related_model))
            else:
                _put(row, field, self.word(field))
        return row

    def word(self, field: models.Field) -> str:
        """A text that no other column of anybody has."""
        return f"{self.mark}{next(_numbers)}q"

    def _note(self, held: Held, link: Link, row: models.Model) -> None:
        """What of this row the copy must show, and what it must not."""
        row.refresh_from_db()
        if link.fate == Fate.ERASED:
            for item in row._meta.concrete_fields:
                self.gone |= self._planted_in(getattr(row, item.attname))
        for name in held.shown(link):
            self.words |= self._planted_in(getattr(row, name))
        for name in held.secret:
            self.secret |= self._planted_in(getattr(row, name))

    def _planted_in(self, value: Any) -> set[str]:
        text = str(getattr(value, "name", value)) if not isinstance(value, models.Model) else ""
        return {word for word in re.split(r"""['"/\s]+""", text) if self.mark in word}


def _put(row: models.Model, field: models.Field, word: str) -> None:
    kind = field.get_internal_type()
    if field.choices:
        if not getattr(row, field.attname):
            setattr(row, field.attname, next(value for value, _label in field.flatchoices if value))
    elif isinstance(field, models.FileField):
        is_image = isinstance(field, models.ImageField)
        content = _picture() if is_image else f"contenu {word}".encode()
        getattr(row, field.attname).save(f"{word}.{'png' if is_image else 'txt'}", ContentFile(content), save=False)
    elif isinstance(field, models.EmailField):
        setattr(row, field.attname, f"{word}@exemple.fr")
    elif kind == "JSONField":
        setattr(row, field.attname, [word] if field.default is list else {"plante": word})
    elif kind in {"CharField", "TextField", "SlugField"}:
        longest = field.max_length or 1_000
        if longest >= len(word):
            setattr(row, field.attname, word)
    elif kind == "BinaryField":
        setattr(row, field.attname, f"octets {word}".encode())
    elif kind == "GenericIPAddressField":
        setattr(row, field.attname, "203.0.113.7")
    elif getattr(row, field.attname) is None and not field.null:
        now = timezone.now()
        values = {"DateTimeField": now, "DateField": now.date(), "UUIDField": None, "DecimalField": 3}
        setattr(row, field.attname, values.get(kind, 1))


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "white").save(out, "PNG")
    return out.getvalue()


def made(model: type[models.Model], **asked: Any) -> models.Model:
    """Some row of a table, about nobody; a new one with what is asked for."""
    found = model._base_manager.order_by("pk").first()
    if found is not None and model not in (Member, User) and not asked:
        return found
    if model is User:
        return UserFactory()
    if model is Member:
        return MemberFactory()
    given = {**GIVEN.get(model._meta.label, {}), **asked}
    row = model(**{name: value(None) if callable(value) else value for name, value in given.items()})
    for field in model._meta.concrete_fields:
        if field.name in given or field.primary_key:
            continue
        if field.is_relation:
            if not field.null and getattr(row, field.attname) is None:
                setattr(row, field.name, made(field.related_model))
        elif not field.null:
            _put(row, field, f"quelconque{next(_numbers)}")
    row.save()
    return row


def _soon() -> Any:
    return timezone.now() + timedelta(days=7)


# What the tables' own rules ask for.
GIVEN: dict[Any, dict[str, Any]] = {
    "community.RoleGrant": {
        "role": RoleName.EDITOR,
        "start": lambda _: today(),
        "end": None,
        "withdrawn_at": lambda _: timezone.now(),
        "startup": None,
        "incubator": None,
    },
    ("community.RoleGrant", "granted_by"): {"user": lambda _: UserFactory()},
    ("community.RoleGrant", "withdrawn_by"): {
        "user": lambda _: UserFactory(),
        "withdrawn_at": lambda _: timezone.now(),
    },
    "community.PageChange": {"startup": lambda _: made(Startup), "incubator": None},
    "community.ErasureRequest": {"due_at": lambda _: _soon()},
    ("community.Claim", "decided_by"): {"state": "refused", "decided_at": lambda _: timezone.now()},
    "community.Invitation": {"expires_at": lambda _: _soon()},
    ("community.Invitation", "accepted_by"): {"accepted_at": lambda _: timezone.now()},
    ("community.Invitation", "revoked_by"): {"revoked_at": lambda _: timezone.now()},
    "community.Mail": {"given_up_at": None, "sent_at": lambda _: timezone.now()},
    "community.MailDigest": {"until": lambda _: timezone.now(), "mail": None},
    "community.MemberMerge": {"gone_id": lambda _: 1_000_000 + next(_numbers)},
    "community.ContactMessage": {"outcome": "", "reported_at": None, "judged_at": None},
    ("community.ContactMessage", "judged_by"): {"outcome": "closed", "judged_at": lambda _: timezone.now()},
    "community.SavedSearch": {
        "seen_at": lambda _: timezone.now(),
        "alerts_since": lambda _: timezone.now(),
        "looked_until": lambda _: timezone.now(),
    },
    "community.AlertPause": {"until": lambda _: today()},
    ("community.FindingReason", "finding"): {"kind": "missions_for_me"},
    ("community.FindingReason", "search"): {"kind": "", "finding": lambda _: made(Finding, user=UserFactory())},
    "community.Stint": {"end": None, "start": lambda _: today() - timedelta(days=100), "is_confirmed": True},
    "recruitment.Mission": {"startup": None, "state": "expired", "days_per_week": None},
    "recruitment.Application": {"state": "submitted", "days_per_week": None},
    ("recruitment.ApplicationEvent", "actor"): {"application": lambda _: ApplicationFactory()},
    "recruitment.ApplicationEvent": {
        "actor_kind": "team",
        "from_state": "",
        "to_state": "rejected",
        "reason": "other",
    },
    ("recruitment.Arrival", "answered_by"): {"application": lambda _: ApplicationFactory()},
    "recruitment.Arrival": {"stint": None, "answered_at": lambda _: timezone.now()},
    ("recruitment.ArrivalStep", "added_by"): {"arrival": lambda _: ArrivalFactory()},
    ("recruitment.ArrivalStep", "done_by"): {"arrival": lambda _: ArrivalFactory()},
    ("recruitment.MatchFeedback", "by"): {"member": lambda _: MemberFactory()},
    "recruitment.MatchFeedback": {"side": "team", "kind": "hidden", "reason": "other", "score": 50},
    ("recruitment.ApplicationDocument", "application"): {"draft": None},
    ("recruitment.ApplicationDocument", "draft"): {"application": None},
    "recruitment.MatchListOpening": {"members_shown": 1, "members_ranked": 2},
    "recruitment.ApplicationMessage": {"outcome": "", "reported_at": None, "judged_at": None},
    ("recruitment.ApplicationMessage", "author"): {"application": lambda _: ApplicationFactory()},
    ("recruitment.ApplicationMessage", "judged_by"): {
        "application": lambda _: ApplicationFactory(),
        "outcome": "closed",
        "judged_at": lambda _: timezone.now(),
    },
    ("recruitment.ApplicationNote", "author"): {"application": lambda _: ApplicationFactory()},
    ("recruitment.ApplicationRating", "author"): {"application": lambda _: ApplicationFactory()},
    ("recruitment.NoteMention", "user"): {"note": lambda _: made(ApplicationNote, application=ApplicationFactory())},
    "recruitment.MissionInvitation": {"state": "declined", "ended_at": lambda _: timezone.now()},
    "wagtailcore.Revision": {
        "object_id": lambda _: str(Page.objects.order_by("depth").last().pk),
        "content_type": lambda _: ContentType.objects.get_for_model(Page),
        "base_content_type": lambda _: ContentType.objects.get_for_model(Page),
    },
    "wagtailcore.Task": {"content_type": lambda _: ContentType.objects.get_for_model(Page)},
    "wagtailcore.ModelLogEntry": {"action": "wagtail.edit", "object_id": "999999", "uuid": None},
    "wagtailcore.PageLogEntry": {"action": "wagtail.edit", "uuid": None},
    "wagtailcore.Comment": {"resolved_at": None},
    ("wagtailcore.Comment", "resolved_by"): {"user": lambda _: UserFactory()},
    ("wagtailcore.CommentReply", "user"): {"comment": lambda _: made(Comment, user=UserFactory())},
}


def _page(name: str) -> Callable[[Planted], models.Model]:
    def make(planted: Planted) -> models.Model:
        word = planted.word(Page._meta.get_field("title"))
        page = Page(title=word, slug=word.lower(), **{name: planted.user})
        Page.objects.get(depth=1).add_child(instance=page)
        return page

    return make


def _session(planted: Planted) -> models.Model:
    store = SessionStore()
    store["_auth_user_id"] = str(planted.user.pk)
    store.create()
    return store.model.objects.get(pk=store.session_key)


def _listed_session(planted: Planted) -> models.Model:
    row = UserSession(user=planted.user)
    planted._fill(row, "usersessions.UserSession", {"user": planted.user})
    row.save()
    return row


def _imported(planted: Planted) -> models.Model:
    row = SourceRecord(kind="member", key=planted.member.slug, object_id=planted.member.pk)
    planted._fill(row, "community.SourceRecord", {"kind": "member", "key": row.key, "object_id": row.object_id})
    row.save()
    return row


def _mail_to_address(planted: Planted) -> models.Model:
    given = {"user": None, "address": planted.user.email, "given_up_at": None, "sent_at": timezone.now()}
    row = Mail(**given)
    planted._fill(row, "community.Mail", given)
    row.save()
    return row


def _invited(planted: Planted) -> models.Model:
    given = {"email": planted.user.email, "expires_at": _soon()}
    row = Invitation(**given)
    planted._fill(row, "community.Invitation", given)
    row.save()
    return row


def _recorded(planted: Planted) -> models.Model:
    word = planted.word(Page._meta.get_field("title"))
    return record(AuditAction.CV_SEEN, by=UserFactory(), about=planted.user, details={"note": word})


def _recorded_of_record(planted: Planted) -> models.Model:
    word = planted.word(Page._meta.get_field("title"))
    return record(AuditAction.CV_SEEN, by=UserFactory(), about=planted.member, details={"note": word})


def _done(planted: Planted) -> models.Model:
    return record(AuditAction.LIST_EXPORTED, by=planted.user, details={"note": "membres"})


def _of(maker: Callable[[Planted], models.Model], name: str) -> Callable[[Planted], models.Model]:
    return lambda planted: getattr(maker(planted), name)


def _pseudonym(name: str) -> Callable[[Planted], models.Model]:
    def make(planted: Planted) -> models.Model:
        record(AuditAction.CV_SEEN, by=UserFactory(), about=getattr(planted, name))
        return getattr(planted, name).audit_pseudonyms.get()

    return make


def _logged(planted: Planted) -> models.Model:
    word = planted.word(Page._meta.get_field("title"))
    return ModelLogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(planted.user.pk),
        label=word,
        action="wagtail.edit",
        timestamp=timezone.now(),
    )


def _refused(planted: Planted) -> models.Model:
    word = planted.word(Page._meta.get_field("title"))
    return RefusedRow.objects.create(document="members", row=planted.member.pk, reason=word)


def _reference(planted: Planted) -> models.Model:
    given = {
        "to_content_type": ContentType.objects.get_for_model(User),
        "to_object_id": str(planted.user.pk),
    }
    row = ReferenceIndex(**given)
    planted._fill(row, "wagtailcore.ReferenceIndex", given)
    row.content_path_hash = "12345678123456781234567812345678"
    row.save()
    return row


def _reported(planted: Planted) -> models.Model:
    row: Any = planted.rows["recruitment.ApplicationMessage", "application__candidate"]
    row.from_team, row.reported_at = True, timezone.now()
    row.save()
    return row


BY_HAND: dict[tuple[str, str], Callable[[Planted], models.Model | None]] = {
    ("wagtailcore.Page", "owner"): _page("owner"),
    ("wagtailcore.Page", "locked_by"): _page("locked_by"),
    ("sessions.Session", "sessions"): _session,
    ("usersessions.UserSession", "user"): _listed_session,
    ("community.SourceRecord", "imported"): _imported,
    ("search.RefusedRow", "row"): _refused,
    ("recruitment.ApplicationMessage", "reported"): _reported,
    ("community.Invitation", "email"): _invited,
    ("community.Mail", "address"): _mail_to_address,
    ("community.AuditEntry", "actor"): _done,
    ("community.AuditEntry", "subject"): _recorded,
    ("community.AuditPseudonym", "user"): _pseudonym("user"),
    ("community.AuditPseudonym", "member"): _pseudonym("member"),
    ("community.AuditDetail", "subject__user"): _of(_recorded, "detail"),
    ("community.AuditDetail", "subject__member"): _of(_recorded_of_record, "detail"),
    ("community.AuditDetail", "actor__user"): _of(_done, "detail"),
    # A record does nothing by itself: it was merged into another's.
    ("community.AuditDetail", "actor__member"): lambda _planted: None,
    ("wagtailcore.ModelLogEntry", "object_id"): _logged,
    ("wagtailcore.ReferenceIndex", "object_id"): _reference,
    # Nobody is marked before they are erased.
    ("community.ErasedMark", "marks"): lambda _planted: None,
}
