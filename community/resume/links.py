"""The web addresses that a CV gives as the person's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from community.resume.sections import Placed, Section
from community.wording import web_address

MOST = 10
LONGEST = 300
# Where people have a page of their own; what else a CV links to is its employers', wherever it does not say so.
_HOMES = re.compile(
    r"(?:[\w-]+\.)*(?:github\.com|github\.io|gitlab\.com|gitlab\.io|codeberg\.org|framagit\.org|linkedin\.com|malt\.fr"
    r"|malt\.com|behance\.net|dribbble\.com|medium\.com|dev\.to|stackoverflow\.com|mastodon\.[a-z]+|piaille\.fr"
    r"|bsky\.app|notion\.site|netlify\.app|gitbook\.io|observablehq\.com|kaggle\.com|orcid\.org)"
)
_ADDRESS = re.compile(
    r"(?<![\w@./-])(?:https?://|www\.)[^\s<>\"'«»()\[\],;|]+"
    r"|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:fr|com|org|net|io|eu|dev|me|app|tech|social|site|bzh|paris)"
    r"(?:/[^\s<>\"'«»()\[\],;|]*)?(?![\w@.-])",
    re.IGNORECASE,
)
_OWN = {Section.TOP, Section.CONTACT, Section.PROFILE}


def named_links(lines: Iterable[Placed], clickable: Iterable[str]) -> list[str]:
    """Web addresses, each once: those beside the name and under « Contact », and pages of persons anywhere."""
    found: dict[str, str] = {}
    for line in lines:
        for match in _ADDRESS.finditer(line.text):
            _keep(found, match[0], anywhere=line.section in _OWN)
    for address in clickable:
        _keep(found, address, anywhere=False)
    return list(found.values())[:MOST]


def same_address(address: str) -> str:
    """What two ways of writing one address share."""
    return re.sub(r"^https?://(?:www\.)?", "", address.casefold()).rstrip("/")


def _keep(found: dict[str, str], text: str, *, anywhere: bool) -> None:
    text = text.rstrip(".…:")
    # Whoever signs in by an address, or writes by it, is not linked to.
    address = web_address(text if "://" in text else f"https://{text}")
    if not address or "@" in urlsplit(address).netloc or len(address) > LONGEST or not address.isprintable():
        return
    parts = urlsplit(address)
    is_home = bool(_HOMES.fullmatch(parts.netloc.casefold().removeprefix("www.")))
    # A site of many people is nobody's page without a path; « …/in/ », cut at the end of a line, neither.
    named = [part for part in parts.path.split("/") if part not in ("", "in", "pub", "profile", "u", "users")]
    needs_path = is_home and parts.netloc.casefold().removeprefix("www.").count(".") == 1
    if (is_home or anywhere) and (named or not needs_path):
        found.setdefault(same_address(address), address)
