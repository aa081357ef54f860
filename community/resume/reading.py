"""From a CV to a `Proposal`. What is not plainly there is left out: a guess costs the person more than a blank."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from community.pdf import PdfText
from community.resume.languages import named_languages
from community.resume.layout import GAP, lines_of
from community.resume.links import named_links
from community.resume.places import named_place
from community.resume.private import is_private, without_private
from community.resume.proposal import Proposal, ProposedSkill
from community.resume.sections import Placed, Section, placed
from community.resume.skills import named_skills
from community.resume.stints import named_stints
from community.resume.trades import names_trade
from search.analysis import fold

LONGEST_ROLE = 120
LONGEST_BIOGRAPHY = 5_000


@dataclass(frozen=True)
class Known:
    """What the portal knows by name. `skills`: spelling → name; `usual_skills`: those of its own lists alone;
    `startups`: folded name → id and name.
    """

    skills: Mapping[str, str]
    usual_skills: Mapping[str, str]
    startups: Mapping[str, tuple[int, str]]


def read_cv(text: PdfText, known: Known, full_name: str) -> Proposal:
    """What a CV proposes to the person of this name."""
    lines = placed(lines_of(text))
    commune, region = named_place(lines, full_name)
    return Proposal(
        role=_role(lines, full_name),
        biography=_biography(lines),
        commune=commune,
        region=region,
        skills=tuple(ProposedSkill(name) for name in named_skills(lines, known.skills, known.usual_skills)),
        languages=tuple(named_languages(lines)),
        links=tuple(named_links(lines, text.links)),
        stints=tuple(named_stints(lines, known.startups)),
    )


# The role -----------------------------------------------------------------------

_ROLE_WORDS = 12
_ROLE_LINES = 15
_PIECES = re.compile(rf"{GAP}|[·•|]")


def _role(lines: Sequence[Placed], full_name: str) -> str:
    """The first line at the top that names a trade and is no sentence."""
    name = set(fold(full_name).split())
    tops = [line.text for line in lines if line.section is Section.TOP][:_ROLE_LINES]
    for text in (piece.strip(" -–—|•,:") for line in tops for piece in _PIECES.split(line)):
        words = fold(text).split()
        is_sentence = text.endswith((".", "!", "?")) or len(words) > _ROLE_WORDS or len(text) > LONGEST_ROLE
        if not words or is_sentence or set(words) <= name or is_private(text) or re.search(r"\d{3}|://", text):
            continue
        if names_trade(text):
            return text
    return ""


# The biography --------------------------------------------------------------------

_CUT = re.compile(r"[^\W\d_]-$")
_BULLET = re.compile(r"^[•·▪●◦‣■*–—-]\s*(?=\S)")


def _biography(lines: Sequence[Placed]) -> str:
    """What stands under « Profil » or « À propos », in paragraphs and lists."""
    paragraphs: list[str] = []
    for line in (line.text for line in lines if line.section is Section.PROFILE):
        text = line.replace(GAP, " ")
        if _BULLET.match(text):
            paragraphs.append("- " + _BULLET.sub("", text))
        elif paragraphs:
            # A hyphen at the end of a line joins, whether the word has one or not.
            paragraphs[-1] += text if _CUT.search(paragraphs[-1]) else f" {text}"
        else:
            paragraphs.append(text)
    return shortened(without_private("\n".join(paragraphs)))


def shortened(text: str) -> str:
    """As much of the text as a profile takes, up to the end of a sentence where there is one."""
    if len(text) <= LONGEST_BIOGRAPHY:
        return text
    kept = text[:LONGEST_BIOGRAPHY]
    end = max(kept.rfind(sign) for sign in (". ", "! ", "? ", "\n"))
    return kept[: end + 1].strip() if end > LONGEST_BIOGRAPHY // 2 else kept
