"""Pages of the programme's team alone."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from community.actions.roles import is_of_programme
from community.models import User


@method_decorator(never_cache, name="dispatch")
class ProgrammeOnly(UserPassesTestMixin):
    """Guard a view: visitors sign in, others are told a clear no."""

    request: Any

    @property
    def user(self) -> User:
        """Who is signed in."""
        return cast("User", self.request.user)

    def test_func(self) -> bool:
        """The programme's team, and superusers."""
        return is_of_programme(self.request.user)

    def handle_no_permission(self) -> HttpResponseRedirect:
        """A visitor is led to sign in."""
        self.raise_exception = self.request.user.is_authenticated
        return super().handle_no_permission()
