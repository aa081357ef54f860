"""Accounts. A person signs in with an e-mail address and a code, never with a password."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower


class AccountManager(UserManager["User"]):
    """Creates accounts by e-mail address."""

    def _create(self, email: str, password: str | None, **fields) -> "User":
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email, password=None, **fields):  # type: ignore[override]
        """An ordinary account; without a password, the only way in is a code by e-mail."""
        return self._create(email, password, **fields)

    def create_superuser(self, email, password=None, **fields):  # type: ignore[override]
        """An account that may do everything, Wagtail's and Django's settings included."""
        return self._create(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        """The account of an address, whatever its capitals."""
        return self.get(email__iexact=email)


class User(AbstractUser):
    """An account. Who a person is in the community is their `Member` row, which may exist without an account."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse e-mail", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()  # type: ignore[misc]

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email
