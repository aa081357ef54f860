"""Reader of `_jobs`: the programme's old postings, as missions that have expired.

Five ways to say that a posting is closed compete in the data (`open`, `status`, `poste_pourvu`, `poste_ferme`,
`post_ouvert`); none of them is needed to know that it is over, all are kept, and contradictions are reported. A title,
a trade or a contract is taken over where the posting is explicit; its own words are always kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from community.days import today
from community.enums import Domain, Engagement, Seniority, SkillGroup
from community.importing import Many, Parsed, Reader, register
from community.importing.columns import Choice, Day, Moment, Name, Reference, day_of
from community.importing.files import Data, SourceFile
from community.models import spelling_key
from recruitment.enums import MissionState
from recruitment.matching.titles import features
from recruitment.models import Mission

# What « contrat » says beyond doubt. « prestataire » may be a company or a freelancer: left open.
CONTRACTS = {
    "freelance": Engagement.FREELANCE,
    "independant": Engagement.FREELANCE,
    "independante": Engagement.FREELANCE,
    "independent": Engagement.FREELANCE,
    "contractuel": Engagement.CONTRACT,
    "contractuelle": Engagement.CONTRACT,
    "stage": Engagement.INTERNSHIP,
    "alternance": Engagement.INTERNSHIP,
    "apprentissage": Engagement.INTERNSHIP,
}

_DATED_NAME = re.compile(r"(\d{4}-\d\d-\d\d)-")
_TECHNOLOGY_SEPARATORS = re.compile(r"\s*[,/;]\s*|\s+et(?:/ou)?\s+|\s+ou\s+|\s+-\s+")
# Sentences about technologies are no technologies; their words are kept in the record.
_LONGEST_TECHNOLOGY = 3


def domain_of(role: str) -> str:
    """The trade that a role names, when it names exactly one; empty otherwise."""
    named = {feature.lower() for feature in features(role) if feature.isupper()}
    return named.pop() if len(named) == 1 and named <= set(Domain.values) else ""


def engagement_of(contract: str, role: str) -> str:
    """The kind of contract, from what « contrat » says, else from a role that says « stage » or « freelance »."""
    known = CONTRACTS.get(spelling_key(contract))
    if known or contract:
        return str(known or "")
    if "stage" in features(role):
        return str(Engagement.INTERNSHIP)
    return str(Engagement.FREELANCE) if re.search(r"\bfreelance\b", role, re.IGNORECASE) else ""


def technologies_of(raw: object) -> list[str]:
    """The technologies named by a text such as « Python / Django », or by a list; sentences are left out."""
    texts = raw if isinstance(raw, list) else [raw]
    parts = [part for text in texts if isinstance(text, str) for part in _TECHNOLOGY_SEPARATORS.split(text)]
    return [
        part.strip()
        for part in parts
        if 0 < len(part.split()) <= _LONGEST_TECHNOLOGY and not re.search(r"[()]|^Choix|^Stack\b", part.strip(), re.I)
    ]


@register
class PostingReader(Reader):
    """`_jobs`."""

    kind = "posting"
    label = "annonces"
    folder = "_jobs"
    model = Mission
    needs = ("startup", "member")
    columns = (
        Reference("startup", "startup", kind="startup"),
        Name("@host", "host"),
        Name("@title", "title", is_required=True),
        Choice("@domain", "domain", choices=Domain),
        Name("@headline", "summary"),
        Choice("@engagement", "engagement", choices=Engagement),
        Choice("@seniority", "seniority", choices=Seniority),
        Name("contact", "contact"),
        Moment("@published", "published_at"),
        Day("@closed", "expires_on"),
    )
    body = "description"
    many = (Many("@technologies", "appreciated_skills", "skill", group=SkillGroup.TECHNICAL),)
    # Whatever a posting says of itself, its time has passed: it is history, and nobody may apply.
    defaults = {"state": MissionState.EXPIRED}

    def prepared(self, file: SourceFile, note: Callable) -> Data:
        """The posting's facts under « @… » keys; the keys that they come from stay in the record as they are."""
        data = file.data
        role = _text(data.get("roles")) or _text(data.get("role"))
        headline = _text(data.get("title")) or _text(data.get("titles"))
        match = _DATED_NAME.match(file.key)
        return {
            **data,
            "@title": role or headline or file.key,
            "@headline": headline if role else "",
            "@host": _text(data.get("friend")) or _text(data.get("equipe")) or _text(data.get("startup")),
            "@domain": domain_of(role or headline),
            "@engagement": engagement_of(_text(data.get("contrat")), role),
            "@seniority": Seniority.JUNIOR if data.get("junior") is True else "",
            "@published": data.get("date") or (match[1] if match else None),
            "@closed": _day(data.get("poste_ferme")),
            "@technologies": technologies_of(data.get("techno")),
        }

    def examine(self, parsed: Parsed, note: Callable) -> None:
        """Report a posting that says that it is open and that it is closed."""
        data = parsed.file.data
        closed_on = _day(data.get("poste_ferme"))
        says_open = [
            key
            for key, says in (
                ("open", data.get("open") is True),
                ("status", data.get("status") == "open"),
                ("poste_pourvu", data.get("poste_pourvu") is False),
            )
            if says
        ]
        says_closed = [
            key
            for key, says in (
                ("open", data.get("open") is False),
                ("status", data.get("status") == "closed"),
                ("poste_pourvu", data.get("poste_pourvu") is True),
                ("poste_ferme", closed_on is not None and closed_on <= today().isoformat()),
            )
            if says
        ]
        if says_open and says_closed:
            note(
                "conflicting_closing",
                f"ouverte selon {', '.join(says_open)} ; fermée selon {', '.join(says_closed)}",
                at=says_open[0],
                value={key: data[key] for key in (*says_open, *says_closed)},
            )


def _text(raw: object) -> str:
    return raw.strip() if isinstance(raw, str) else ""


def _day(raw: object) -> str | None:
    try:
        day = day_of(raw)
    except ValueError:
        return None
    return day.isoformat() if day else None
