"""What CVs are read with in these tests."""

from dataclasses import asdict

import pytest

from community.pdf import Limits
from community.pdf.confined import answer
from community.pdf.reading import text_of
from community.resume.proposal import Proposal
from community.resume.reading import Known, read_cv

SKILLS = {
    "django": "Django",
    "python": "Python",
    "postgresql": "PostgreSQL",
    "postgres": "PostgreSQL",
    "cplusplus": "C++",
    "c": "C",
    "r": "R",
    "go": "Go",
    "express": "Express",
    "javascripttypescript": "JavaScript/TypeScript",
    "javascript": "JavaScript",
    "nodejs": "Node.js",
    "ux": "UX",
    "uxresearch": "UX Research",
    "formation": "Formation",
    "macrame": "Macramé",
}
USUAL = {key: name for key, name in SKILLS.items() if name != "Macramé"}
STARTUPS = {"carnet de sante": (1, "Carnet de santé"), "transport": (2, "Transport"), "aides": (3, "Aides+")}


@pytest.fixture
def known() -> Known:
    return Known(SKILLS, USUAL, STARTUPS)


@pytest.fixture
def read(known):
    """What a CV, as bytes of a PDF, proposes. Our own PDFs need no process of their own."""

    def reading(content: bytes, full_name: str = "Ariane Belcombe") -> Proposal:
        limits = Limits()
        return read_cv(text_of(answer(content, asdict(limits)), limits), known, full_name)

    return reading
