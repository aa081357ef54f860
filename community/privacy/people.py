"""Whom the portal holds data about: an account, a record in the directory, or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from allauth.account.models import EmailAddress

from community.models import Member, User

ACCOUNT = User._meta.label
RECORD = Member._meta.label


@dataclass(frozen=True)
class Person:
    """One person. `user`: their account; `member`: their record. At least one of the two."""

    user: User | None
    member: Member | None

    @classmethod
    def of_user(cls, user: User) -> Self:
        """Whoever holds this account, with their record if they have one."""
        return cls(user, Member.objects.filter(user=user).first())

    @classmethod
    def of_member(cls, member: Member) -> Self:
        """Whoever this record is about, with their account if they have one."""
        return cls(member.user, member)

    def holds(self, model: str) -> User | Member | None:
        """Their row in « community.User » or « community.Member »."""
        return self.user if model == ACCOUNT else self.member

    def is_row(self, row: object) -> bool:
        """Whether this row is their account or their record."""
        return row is not None and row in (self.user, self.member)

    def addresses(self) -> Iterator[str]:
        """The e-mail addresses of the account, in small letters, each once."""
        if self.user is None:
            return
        linked = EmailAddress.objects.filter(user=self.user).values_list("email", flat=True)
        yield from dict.fromkeys(address.lower() for address in (self.user.email, *linked) if address)
