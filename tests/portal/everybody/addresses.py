"""Every address that the portal answers, as its resolver knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import Resolver404, URLPattern, get_resolver, resolve

EDITORS = "cms/"
"""The editors' space has a rule of its own (`test_editors_space`)."""

BEHIND = {
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
}
"""Pages of libraries that nobody reaches, because ours answer at their addresses (`portal.urls`)."""

_EXAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000001"}


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: its whole route as `ResolverMatch.route` writes it, and its name."""

    route: str
    name: str

    def __str__(self) -> str:
        return f"{self.route} ({self.name or 'without a name'})"

    @property
    def example(self) -> str | None:
        """A path that leads there; None where none could be made."""
        path = "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: _EXAMPLES.get(found[1] or "", "x"), self.route)
        return path if route_of(path) == self.route else None


def addresses(resolver: Any = None, route: str = "", space: str = "") -> Iterator[Address]:
    """All of them, in the order in which they are tried."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = _joined(route, str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield Address(whole, f"{space}{pattern.name}" if pattern.name else "")
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, whole, inner)


def _joined(before: str, after: str) -> str:
    return before + after.removeprefix("^") if before else after


def route_of(path: str) -> str | None:
    """The route that answers a path (its query left out); None: there is none."""
    try:
        return resolve(path.partition("?")[0]).route
    except Resolver404:
        return None
