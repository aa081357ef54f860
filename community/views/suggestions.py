"""What the text box of the directory proposes while one types: people, skills, startups."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views import View

from community.listing.forms import tidy
from community.models import Member, Skill, Startup, spelling_key
from community.visibility import AnyUser, viewer_of
from search.api import autocomplete
from search.engines import EngineUnavailable

SHORTEST = 2
LONGEST = 80
EACH = 5
"""Proposals of each kind."""
MOST_A_MINUTE = 300
"""Requests of one address, in this process. A whole administration may come from one address."""


@dataclass(frozen=True)
class Proposal:
    """One line of the list: what it says, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True)
class Group:
    """The proposals of one kind."""

    name: str
    label: str
    proposals: list[Proposal]


def suggestions(text: str, user: AnyUser) -> list[Group]:
    """People, skills and startups that begin like the text; empty groups are left out.

    The engine proposes, the database confirms: whoever may not be seen is not named, nor a skill that only they have.
    """
    viewer = viewer_of(user)
    found: list[Group] = []
    for name, label, rows, queryset in (
        ("members", "Membres", autocomplete("members", text, viewer, EACH), Member.objects.visible_to(user)),
        ("startups", "Startups", autocomplete("startups", text, viewer, EACH), Startup.objects.all()),
    ):
        shown: dict[int, Any] = queryset.in_bulk([row.id for row in rows])
        proposals = [Proposal(str(shown[row.id]), shown[row.id].get_absolute_url()) for row in rows if row.id in shown]
        found.append(Group(name, label, proposals))
    found.insert(1, Group("skills", "Compétences", _skills(text, user)))
    return [group for group in found if group.proposals]


def _skills(text: str, user: AnyUser) -> list[Proposal]:
    key = spelling_key(text)
    if not key:
        return []
    seen = Member.objects.visible_to(user).filter(member_skills__skill=OuterRef("pk"))
    skills = Skill.objects.filter(aliases__folded__startswith=key).filter(Exists(seen)).distinct()[:EACH]
    return [
        Proposal(skill.name, f"{reverse('community:members')}?{urlencode({'skills': skill.slug})}") for skill in skills
    ]


class Pace:
    """How often each address asks, minute by minute, in this process; the oldest addresses are forgotten."""

    def __init__(self, most: int, kept: int = 5_000) -> None:
        self.most = most
        self._kept = kept
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = Lock()

    def allows(self, address: str) -> bool:
        """Count one request; false when there were too many in this minute."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            then, count = self._counts.pop(address, (minute, 0))
            count = count + 1 if then == minute else 1
            self._counts[address] = (minute, count)
            while len(self._counts) > self._kept:
                self._counts.popitem(last=False)
        return count <= self.most


pace = Pace(MOST_A_MINUTE)


class SuggestionView(View):
    """/membres/suggestions/?q= as an HTML fragment, or as JSON (`Accept: application/json` or `?format=json`)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Nothing for a text too short; 429 beyond the pace of a person."""
        if not pace.allows(get_adapter().get_client_ip(request)):
            return HttpResponse(status=429, headers={"Retry-After": "60"})
        text = tidy(request.GET.get("q", ""))[:LONGEST]
        try:
            groups = suggestions(text, request.user) if len(text) >= SHORTEST else []
        except EngineUnavailable:
            groups = []
        response = _answer(request, groups)
        patch_vary_headers(response, ["Accept", "Cookie"])
        patch_cache_control(response, private=True, max_age=30)
        return response


def _answer(request: HttpRequest, groups: list[Group]) -> HttpResponse:
    wants_json = request.GET.get("format") == "json" or request.headers.get("Accept", "").startswith(
        "application/json"
    )
    if not wants_json:
        return render(request, "community/suggestions.html", {"groups": groups})
    return JsonResponse(
        {
            "groups": [
                {
                    "name": group.name,
                    "label": group.label,
                    "suggestions": [{"label": one.label, "url": one.url} for one in group.proposals],
                }
                for group in groups
            ]
        }
    )
