"""What every page for whoever is signed in shares."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.views.generic import View

from community.models import User


class SignedIn(LoginRequiredMixin, View):
    """For accounts alone: a visitor is led to sign in."""

    request: HttpRequest

    @property
    def user(self) -> User:
        """Who is signed in."""
        return cast("User", self.request.user)
