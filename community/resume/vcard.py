"""A member as a card for address books: vCard 4.0 (RFC 6350). `vcard_reading` is the way back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from community.days import today
from community.markdown import plain
from community.visibility import may_see
from community.wording import mail_address, web_address
from search.analysis import clean
from search.declarations import Viewer

LONGEST_LINE = 75
"""Octets of a line, its end not counted (section 3.2)."""
LONGEST_NOTE = 1_000
_ESCAPED = re.compile(r"[\\,;]")


def card_of(member: Any, viewer: Viewer, *, is_own: bool = False) -> str:
    """The card of a member (`in_full`) with what this viewer may see. `is_own`: for the person, who sees all of it.

    A mail address is on it only where the person shows one among their links.
    """

    def seen(field: str) -> bool:
        return is_own or may_see(viewer, member, field)

    page = settings.SITE_URL + member.get_absolute_url()
    links = [link for link in member.links if isinstance(link, str)]
    webs = [address for address in map(web_address, links) if address]
    commune = member.commune if seen("commune") else ""
    region = member.get_region_display() if seen("region") else ""
    lines = [
        ("BEGIN", "VCARD"),
        ("VERSION", "4.0"),
        ("KIND", "individual"),
        ("FN", escaped(member.full_name)),
        ("TITLE", escaped(member.role)),
        *(("ORG", escaped(name)) for name in _startups_now(member)),
        *(("EMAIL", escaped(mail)) for mail in map(mail_address, links) if mail),
        *(("URL", _uri(address)) for address in (page, *webs)),
        # Post box, extension, street, locality, region, code, country.
        ("ADR", f";;;{escaped(commune)};{escaped(region)};;" if commune or region else ""),
        ("CATEGORIES", ",".join(escaped(row.skill.name) for row in member.known_skills)),
        ("NOTE", escaped(note_of(member))),
        ("END", "VCARD"),
    ]
    return "".join(folded(f"{name}:{value}") for name, value in lines if value)


def note_of(member: Any) -> str:
    """What a card says of a member's biography: its words, and the first of them where there are many."""
    text = plain(member.biography)
    return text if len(text) <= LONGEST_NOTE else text[: LONGEST_NOTE - 1].rsplit(" ", 1)[0] + "…"


def escaped(text: str) -> str:
    """A text as a value, or as one of several: no sign of it begins another (section 3.4)."""
    lines = (clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return r"\n".join(_ESCAPED.sub(r"\\\g<0>", line) for line in lines).strip()


def folded(line: str) -> str:
    """The line with its end, in pieces of at most 75 octets of UTF-8, none of which begins inside a character."""
    pieces, octets = [""], 0
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if octets + size > LONGEST_LINE:
            pieces.append("")
            # The space that begins a piece counts.
            octets = 1
        pieces[-1] += letter
        octets += size
    return "\r\n ".join(pieces) + "\r\n"


def _uri(address: str) -> str:
    """An address is no text: nothing in it is escaped, and nothing that ends a line may be in it."""
    return "" if re.search(r"[\s\x00-\x1f\x7f]", address) else clean(address)


def _startups_now(member: Any) -> Iterable[str]:
    day = today()
    running = (stint for stint in member.history if stint.runs_on(day))
    return dict.fromkeys(startup.name for stint in running for startup in stint.places)
