"""Texts of a file as a profile takes them: on one line, or in paragraphs; what is too long is none of that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from community.listing.forms import tidy
from community.resume.reading import LONGEST_BIOGRAPHY
from search.analysis import clean

LONGEST_LABEL = 120


def one_line(value: Any, longest: int = 200) -> str:
    """A text on one line; empty for what is none, or is too long to be what is expected."""
    text = tidy(clean(value)) if isinstance(value, str) and len(value) <= 4 * longest else ""
    return text if len(text) <= longest else ""


def paragraphs(value: Any) -> str:
    """A text with its lines; empty for what is none."""
    if not isinstance(value, str):
        return ""
    lines = value[: 4 * LONGEST_BIOGRAPHY].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(map(clean, lines)).strip()


def each(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in their order, without the empty ones."""
    return tuple(dict.fromkeys(text for text in texts if text))
