"""JSON Resume (jsonresume.org, schema v1.0.0): a profile as a file that other tools read, and back.

The file says more than a profile does; what the portal does not keep (`community.resume.private`) is not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from community.enums import SkillLevel
from community.folding import folded
from community.models import Member, spelling_key
from community.resume.dates import last_day_of
from community.resume.links import LONGEST as LONGEST_LINK
from community.resume.places import region_of
from community.resume.private import is_private, without_private
from community.resume.proposal import Proposal, ProposedSkill, ProposedStint
from community.resume.reading import Known, shortened
from community.resume.texts import LONGEST_LABEL, each, one_line, paragraphs
from community.wording import mail_address, web_address
from search.analysis import fold

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
LARGEST = 1024 * 1024
"""Bytes of a file that is read."""
_MOST = 200
"""Rows of one list that are looked at."""

_LEVELS = {fold(label): SkillLevel(value) for value, label in SkillLevel.choices} | {
    "beginner": SkillLevel.NOTIONS,
    "novice": SkillLevel.NOTIONS,
    "intermediate": SkillLevel.PRACTICE,
    "advanced": SkillLevel.MASTERY,
    "proficient": SkillLevel.MASTERY,
    "expert": SkillLevel.EXPERTISE,
    "master": SkillLevel.EXPERTISE,
}


class NoResume(Exception):  # noqa: N818
    """This file is no JSON Resume; the message says why, in French."""


# Out ----------------------------------------------------------------------------


def resume_of(member: Member) -> dict[str, Any]:
    """One's own profile as a JSON Resume; what it does not say is left out."""
    mails = [mail for mail in map(mail_address, filter(_is_text, member.links)) if mail]
    webs = [web for web in map(web_address, filter(_is_text, member.links)) if web]
    basics = {
        "name": member.full_name,
        "label": member.role,
        "email": mails[0] if mails else "",
        "url": settings.SITE_URL + member.get_absolute_url(),
        "summary": member.biography,
        "location": _said({"city": member.commune, "region": member.get_region_display()}),
        "profiles": [{"network": _host(web), "url": web} for web in webs],
    }
    return _said(
        {
            "$schema": SCHEMA,
            "basics": _said(basics),
            "work": list(_work(member)),
            "skills": [
                _said({"name": row.skill.name, "level": row.get_level_display() if row.level else ""})
                for row in member.member_skills.select_related("skill").order_by("position", "pk")
            ],
            "languages": [_language(text) for text in filter(_is_text, member.languages)],
            "interests": [{"name": text} for text in filter(_is_text, member.interests)],
            "meta": {"version": "v1.0.0", "lastModified": timezone.now().strftime("%Y-%m-%dT%H:%M:%S")},
        }
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _said(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}


def _host(address: str) -> str:
    return address.split("/")[2].removeprefix("www.")


def _work(member: Member) -> Iterator[dict[str, Any]]:
    for stint in member.stints.order_by("-start", "-pk").prefetch_related("startups"):
        for startup in stint.startups.all():
            yield _said(
                {
                    "name": startup.name,
                    "url": startup.website if web_address(startup.website) else "",
                    "startDate": stint.start.isoformat(),
                    "endDate": stint.end.isoformat() if stint.end else "",
                    "summary": "" if stint.is_confirmed else "Mission déclarée, à confirmer",
                }
            )


def _language(text: str) -> dict[str, str]:
    name, _open, rest = text.partition(" (")
    return {"language": name, "fluency": rest[:-1]} if rest.endswith(")") else {"language": text}


# In -----------------------------------------------------------------------------


def read_resume(content: bytes, known: Known) -> Proposal:
    """What a JSON Resume proposes. Raises `NoResume`; what is not as the schema says is left out."""
    if len(content) > LARGEST:
        raise NoResume("Ce fichier JSON dépasse 1 Mo : ce n’est sans doute pas un CV.")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise NoResume("Ce fichier JSON n’est pas lisible : il est abîmé ou incomplet.") from None
    if not isinstance(told, dict) or not {"basics", "work", "skills", "languages"} & told.keys():
        raise NoResume("Ce fichier JSON n’est pas un CV au format JSON Resume.")
    basics = _object(told.get("basics"))
    where = _object(basics.get("location"))
    role, commune = one_line(basics.get("label"), 300), one_line(where.get("city"), LONGEST_LABEL)
    return Proposal(
        role="" if is_private(role) else role,
        biography=shortened(without_private(paragraphs(basics.get("summary")))),
        commune="" if is_private(commune) else commune,
        region=region_of(one_line(where.get("region"))),
        skills=tuple(_skills(told.get("skills"), known)),
        languages=each(_languages(told.get("languages"))),
        interests=each(one_line(row.get("name"), 80) for row in _rows(told.get("interests"))),
        links=each(_links(basics)),
        stints=tuple(_stints(told.get("work"), known)),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value[:_MOST] if isinstance(row, dict)] if isinstance(value, list) else []


def _skills(value: Any, known: Known) -> Iterator[ProposedSkill]:
    """Names as the portal spells them, others as the file does: they are the person's own list."""
    seen = set()
    for row in _rows(value):
        level = _LEVELS.get(fold(one_line(row.get("level"))))
        keywords = row.get("keywords")
        names = [row.get("name"), *(keywords[:_MOST] if isinstance(keywords, list) else ())]
        for place, text in enumerate(one_line(name, LONGEST_LABEL) for name in names):
            key = spelling_key(text)
            # « Web » with « HTML, CSS » for keywords is a heading, unless the portal knows it.
            is_heading = place == 0 and len(names) > 1 and key not in known.skills
            if key and key not in seen and not is_heading:
                seen.add(key)
                yield ProposedSkill(known.skills.get(key, text), level)


def _languages(value: Any) -> Iterator[str]:
    for row in _rows(value):
        name, fluency = one_line(row.get("language"), 40), one_line(row.get("fluency"), 36)
        yield f"{name} ({fluency})" if name and fluency else name


def _links(basics: dict[str, Any]) -> Iterator[str]:
    own_page = f"{settings.SITE_URL}/membres/"
    for value in (basics.get("url"), *(row.get("url") for row in _rows(basics.get("profiles")))):
        address = web_address(one_line(value, LONGEST_LINK))
        if address and not address.startswith(own_page):
            yield address


def _stints(value: Any, known: Known) -> Iterator[ProposedStint]:
    for row in _rows(value):
        # « company » in files older than the schema's first version.
        found = known.startups.get(folded(one_line(row.get("name") or row.get("company"))))
        start, end = _day(row.get("startDate"), is_end=False), _day(row.get("endDate"), is_end=True)
        if found and start and (end is None or end >= start):
            yield ProposedStint(*found, start, end)


def _day(value: Any, *, is_end: bool) -> date | None:
    """« 2021-03-14 », « 2021-03 » or « 2021 »; a month or a year is whole."""
    parts = one_line(value, 10).split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return None
    try:
        year, month, day = (*map(int, parts), 0, 0)[:3]
        if not 1950 <= year <= 2100:
            return None
        if day:
            return date(year, month, day)
        month = month or (12 if is_end else 1)
        return last_day_of(year, month) if is_end else date(year, month, 1)
    except ValueError:
        return None
