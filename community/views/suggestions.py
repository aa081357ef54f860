"""What the text box of the directory proposes while one types: people, skills, startups."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views import View

from community.folding import beginning, begins, words_of
from community.listing.forms import tidy
from community.models import Member, Skill, Startup, spelling_key
from community.visibility import AnyUser, viewer_of
from search.api import autocomplete
from search.engines import EngineUnavailable

logger = logging.getLogger(__name__)

SHORTEST = 2
LONGEST = 80
EACH = 5
"""Proposals of each kind."""
MOST_A_MINUTE = 300
"""Requests of one address, in this process. A whole administration may come from one address."""


@dataclass(frozen=True)
class Proposal:
    """One line of the list: what it says, where it leads, and whether it begins as typed or is merely near."""

    label: str
    url: str
    begins: bool = True


@dataclass(frozen=True)
class Group:
    """The proposals of one kind."""

    name: str
    label: str
    proposals: list[Proposal]

    @property
    def begun(self) -> list[Proposal]:
        """Those that begin as typed."""
        return [proposal for proposal in self.proposals if proposal.begins]


def suggestions(text: str, user: AnyUser) -> list[Group]:
    """People, skills and startups that begin like the text; empty groups are left out.

    The engine proposes, the database confirms: whoever may not be seen is not named, nor a skill that only they have.
    Without the engine the database does both.
    """
    groups = [
        Group("members", "Membres", _named("members", text, user, Member.objects.visible_to(user))),
        Group("skills", "Compétences", _skills(text, user)),
        Group("startups", "Startups", _named("startups", text, user, Startup.objects.all())),
    ]
    return best_first(groups)


def best_first(groups: list[Group]) -> list[Group]:
    """No name that is merely near stands above one that begins as typed.

    So kinds with such a beginning come first, and where there are several each shows its beginnings alone.
    """
    begun = [group for group in groups if group.begun]
    if len(begun) > 1:
        begun = [replace(group, proposals=group.begun) for group in begun]
    return begun + [group for group in groups if group.proposals and not group.begun]


def _named(document: str, text: str, user: AnyUser, rows: QuerySet[Any]) -> list[Proposal]:
    try:
        ids = [row.id for row in autocomplete(document, text, viewer_of(user), EACH)]
    except EngineUnavailable as error:
        logger.warning("search unavailable, %s proposed from the database: %s", document, error)
        words = words_of(text)
        found = list(rows.filter(beginning(words)).order_by("name_folded", "pk")[:EACH]) if words else []
    else:
        shown = rows.in_bulk(ids)
        found = [shown[pk] for pk in ids if pk in shown]
    proposals = [Proposal(str(row), row.get_absolute_url(), begins(str(row), text)) for row in found]
    return sorted(proposals, key=lambda proposal: not proposal.begins)


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
        groups = suggestions(text, request.user) if len(text) >= SHORTEST else []
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
