"""What a file proposes for one's own profile, and what becomes of it: the person takes item by item, or leaves it.

The proposal is kept nowhere: the page holds it, signed, and it comes back with what was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import transaction

from community.actions.profile import ChangedMeanwhile, own_member, state_of
from community.actions.skills import TooManySkills, add_skill, spellings_for
from community.actions.stints import StintRefused, declare_stint
from community.folding import folded
from community.models import Member, Startup, User, spelling_key
from community.resume.languages import language_of
from community.resume.links import same_address
from community.resume.private import without_private
from community.resume.proposal import Proposal, ProposedStint
from community.resume.reading import Known
from community.resume.vcard import note_of
from community.vocabulary import usual_names

LASTS = timedelta(hours=24)
"""How long a proposal may be answered."""
_SALT = "community.resume"

SINGLE = ("role", "biography", "commune", "region")
"""Fields of which the proposal takes the place."""
LISTS = ("languages", "interests", "links")
"""Fields to which it adds."""


class AcceptRefused(Exception):  # noqa: N818
    """What was chosen cannot be saved; the message says why, in French."""


def known_to(user: User) -> Known:
    """What the portal knows by name, as far as this account may be told. Three queries."""
    skills = spellings_for(user)
    usual = usual_names()
    startups: dict[str, tuple[int, str]] = {}
    twice: set[str] = set()
    for pk, name, key in Startup.objects.values_list("pk", "name", "name_folded"):
        # A name that two of them have names neither.
        twice |= {key} & startups.keys()
        startups[key] = (pk, name)
    return Known(
        skills=skills,
        usual_skills={key: name for key, name in skills.items() if name in usual},
        startups={key: told for key, told in startups.items() if key not in twice},
    )


def news_of(proposal: Proposal, member: Member) -> Proposal:
    """The proposal without what the profile says already."""
    skills = {spelling_key(name) for name in member.member_skills.values_list("skill__name", flat=True)}
    languages = {_language(text) for text in member.languages}
    interests = {folded(str(text)) for text in member.interests}
    links = {same_address(str(link)) for link in member.links}
    there = [
        (pk, stint.start, stint.end)
        for stint in member.stints.prefetch_related("startups")
        for pk in (startup.pk for startup in stint.startups.all())
    ]
    return Proposal(
        role=_unless_same(proposal.role, member.role),
        biography=_news_of_biography(proposal.biography, member),
        commune=_unless_same(proposal.commune, member.commune),
        region="" if proposal.region == member.region else proposal.region,
        skills=tuple(skill for skill in proposal.skills if spelling_key(skill.name) not in skills),
        languages=tuple(text for text in proposal.languages if _language(text) not in languages),
        interests=tuple(text for text in proposal.interests if folded(text) not in interests),
        links=tuple(link for link in proposal.links if same_address(link) not in links),
        stints=tuple(
            stint
            for stint in proposal.stints
            if not any(pk == stint.startup and _meet(stint, *at) for pk, *at in there)
        ),
    )


def _unless_same(proposed: str, now: str) -> str:
    return "" if proposed.casefold().split() == now.casefold().split() else proposed


def _news_of_biography(proposed: str, member: Member) -> str:
    """The portal's own files say it without its signs, shortened, or without what a profile does not take in."""
    own = (member.biography, note_of(member))
    is_told = any(not _unless_same(proposed, text) for told in own for text in (told, without_private(told)))
    return "" if is_told else proposed


def _language(text: Any) -> str:
    name = str(text).partition("(")[0]
    return language_of(name) or folded(name)


def _meet(stint: ProposedStint, start: Any, end: Any) -> bool:
    return (end is None or stint.start <= end) and (stint.end is None or start <= stint.end)


# The proposal, in the page ------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A proposal to somebody. `seen`: the state of each single field when they were asked."""

    proposal: Proposal
    seen: Mapping[str, str]


def offer_to(member: Member, proposal: Proposal) -> str:
    """The text that the page keeps: signed for this member, good for `LASTS`."""
    told = {"member": member.pk, "proposal": proposal.as_plain(), "seen": states_of(member)}
    return signing.dumps(told, salt=_SALT, compress=True)


def read_offer(text: str, member: Member) -> Offer | None:
    """What `offer_to` made for this member; None for anything else, and when it is too old."""
    try:
        told = signing.loads(text, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    if told["member"] != member.pk:
        return None
    return Offer(Proposal.from_plain(told["proposal"]), told["seen"])


def states_of(member: Member) -> dict[str, str]:
    """What each single field says, shortened."""
    return {name: state_of({name: getattr(member, name)}) for name in SINGLE}


# The answer ---------------------------------------------------------------------


def chosen_of(proposal: Proposal, chosen: Collection[str]) -> Proposal:
    """The part of a proposal that these keys name: « role », « skills-0 »."""
    kept: dict[str, Any] = {
        name: tuple(one for place, one in enumerate(getattr(proposal, name)) if f"{name}-{place}" in chosen)
        for name in (*LISTS, "skills", "stints")
    }
    kept |= {name: getattr(proposal, name) if name in chosen else "" for name in SINGLE}
    return replace(proposal, **kept)


@transaction.atomic
def accept(accepted: Proposal, *, by: User, seen: Mapping[str, str]) -> int:
    """Save this part of a proposal in one's own profile: how many items there were. All of it, or nothing.

    Raises `ChangedMeanwhile` when a field that is to be replaced says something else than the person saw,
    `AcceptRefused` when there is no room. Stints are declared: they wait for the startup's lead.
    """
    member = own_member(by)
    now = states_of(member)
    replaced = {name: getattr(accepted, name) for name in SINGLE if getattr(accepted, name)}
    if any(now[name] != seen.get(name) for name in replaced):
        raise ChangedMeanwhile
    added = {name: list(getattr(accepted, name)) for name in LISTS if getattr(accepted, name)}
    for name, value in replaced.items():
        setattr(member, name, value)
    for name, rows in added.items():
        setattr(member, name, list(dict.fromkeys([*getattr(member, name), *rows])))
    if replaced or added:
        member.save(update_fields=[*replaced, *added])
    try:
        for skill in accepted.skills:
            add_skill(skill.name, skill.level, by=by)
        startups = Startup.objects.in_bulk([stint.startup for stint in accepted.stints])
        for stint in accepted.stints:
            if stint.startup in startups:
                declare_stint(startups[stint.startup], stint.start, stint.end, by=by)
    except TooManySkills:
        raise AcceptRefused(
            "Vous avez trop de compétences : cochez-en moins, ou retirez-en de votre profil."
        ) from None
    except StintRefused as refused:
        raise AcceptRefused(str(refused)) from None
    return len(replaced) + sum(map(len, added.values())) + len(accepted.skills) + len(accepted.stints)
