"""Anchors for the headings of a long page, so that one can be sent to a part of it."""

import re
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

_HEADING = re.compile(r"<h2(?P<attributes>[^>]*)>(?P<words>.*?)</h2>", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading of the second level: its words, and the anchor that leads to it."""

    anchor: str
    # Still HTML: entities are kept, tags are gone.
    words: SafeString


def anchored(html: str) -> tuple[SafeString, list[Heading]]:
    """The same HTML with an `id` on each `<h2>`, and these headings in order. Two equal headings get two anchors.

    `html` is what the page's own templates rendered: it is trusted, and only identifiers are added.
    """
    headings: list[Heading] = []
    taken: set[str] = set()

    def with_anchor(match: re.Match[str]) -> str:
        words = strip_tags(match["words"]).strip()
        base = slugify(words.replace("’", " ")) or "partie"
        anchor, number = base, 2
        while anchor in taken:
            anchor, number = f"{base}-{number}", number + 1
        taken.add(anchor)
        headings.append(Heading(anchor, mark_safe(words)))  # noqa: S308 - words of the same trusted HTML
        return f'<h2 id="{anchor}"{match["attributes"]}>{match["words"]}</h2>'

    return mark_safe(_HEADING.sub(with_anchor, html)), headings  # noqa: S308
