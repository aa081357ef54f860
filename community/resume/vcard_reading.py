"""A card of an address book (.vcf) as a `Proposal`: vCard 4.0 (RFC 6350), 3.0 (RFC 2426), 2.1 of old telephones.

What the portal writes (`vcard`) is read back; of the rest, what a profile has room for. Telephone, birth, street and
photo are not read. Read here, since the libraries that know cards stop at 3.0 and refuse what telephones write.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language_info, override

from community.enums import SkillLevel
from community.models import spelling_key
from community.resume.languages import language_of
from community.resume.links import LONGEST as LONGEST_LINK
from community.resume.places import region_of
from community.resume.private import is_private, without_private
from community.resume.proposal import Proposal, ProposedSkill
from community.resume.reading import Known, shortened
from community.resume.texts import LONGEST_LABEL, each, one_line, paragraphs
from community.wording import mail_address, web_address

LARGEST = 1024 * 1024
"""Bytes of a file that is read."""
_MOST = 500
"""Properties that are looked at."""
_LONGEST_VALUE = 40_000
_LEAST_PREFERRED = 101

_READ = {
    *("VERSION", "TITLE", "ROLE", "NOTE", "ADR", "CATEGORIES", "URL", "SOCIALPROFILE", "X-SOCIALPROFILE", "EMAIL"),
    # RFC 6715.
    *("EXPERTISE", "INTEREST", "HOBBY", "LANG"),
}
_BEGINS = re.compile(rb"\s*BEGIN:VCARD\s*(?:\r|\n|$)", re.IGNORECASE)
_QUOTED = re.compile(rb"[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
# « item1.URL;TYPE="home,work":https://… »
_PROPERTY = re.compile(rb'(?:[\w-]+\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([\w-]+)(?:=("[^"]*"|[^";]*))?')
_SIGNS = re.compile(r"\\(?P<escaped>.)|(?P<sign>.)", re.DOTALL)
_CHARSETS = {"ISO-8859-15": "iso8859-15", "MACINTOSH": "mac-roman"}
_POSTAL = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,5}\s+|\s+CEDEX\b.*$", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"[\w.-]+\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
# Of RFC 6715, by which a level is one of these words.
_LEVELS = {"beginner": SkillLevel.NOTIONS, "average": SkillLevel.PRACTICE, "expert": SkillLevel.EXPERTISE}


class NoCard(Exception):  # noqa: N818
    """This file is no card, or not one; the message says why, in French."""


def is_card(content: bytes) -> bool:
    """Whether a file says that it is a card, whoever it is of."""
    return bool(_BEGINS.match(_in_utf8(content[:200])))


def read_card(content: bytes, known: Known) -> Proposal:
    """What a card proposes. Raises `NoCard`; what is not as the standard says is left out."""
    if len(content) > LARGEST:
        raise NoCard("Cette carte de contact dépasse 1 Mo : enregistrez-la sans photo.")
    rows = list(_properties(content))
    # Most wanted first, of those that are told several times.
    rows.sort(key=lambda row: row.preference)
    own_page = f"{settings.SITE_URL}/membres/"
    webs = [web for row in rows if row.name in {"URL", "SOCIALPROFILE", "X-SOCIALPROFILE"} if (web := _web(row.text))]
    is_ours = any(web.startswith(own_page) for web in webs)
    role = next((text for name in ("TITLE", "ROLE") for text in _lines(rows, name, 300)), "")
    commune, region = _place(rows)
    return Proposal(
        role="" if is_private(role) else role,
        biography=shortened(without_private(next((paragraphs(row.text) for row in _named(rows, "NOTE")), ""))),
        commune=commune,
        region=region,
        skills=tuple(_skills(rows, known, is_ours=is_ours)),
        languages=each(_languages(rows)),
        interests=each([*_lines(rows, "INTEREST", 80), *_lines(rows, "HOBBY", 80)]),
        links=each([*(web for web in webs if not web.startswith(own_page)), *_mails(rows, is_ours=is_ours)]),
    )


# What a line says ---------------------------------------------------------------


@dataclass(frozen=True)
class _Property:
    """One line of a card. `name`: without its group. `written`: its value, signs of escape included."""

    name: str
    parameters: dict[str, str]
    written: str

    @property
    def text(self) -> str:
        return self.parts("")[0].strip()

    @property
    def types(self) -> set[str]:
        """« home », « pref »: said by `TYPE`, and bare in version 2.1."""
        bare = {name.lower() for name, value in self.parameters.items() if not value}
        return bare | set(re.split(r"[\s,]+", self.parameters.get("TYPE", "").lower()))

    @property
    def preference(self) -> int:
        """1 before 100."""
        told = self.parameters.get("PREF", "")
        if told.isascii() and told.isdigit() and len(told) <= 3:
            return int(told)
        return 1 if "pref" in self.types else _LEAST_PREFERRED

    def parts(self, separator: str) -> list[str]:
        """The value in pieces, where this sign is not escaped; each as it is meant."""
        pieces: list[list[str]] = [[]]
        for found in _SIGNS.finditer(self.written):
            if found["sign"] == separator:
                pieces.append([])
            else:
                escaped = found["escaped"]
                pieces[-1].append("\n" if escaped in {"n", "N"} else escaped or found["sign"])
        return ["".join(piece) for piece in pieces]


def _in_utf8(content: bytes) -> bytes:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content.removeprefix(b"\xef\xbb\xbf")


def _properties(content: bytes) -> Iterator[_Property]:
    """Those of the one card of a file. Raises `NoCard`."""
    lines = list(_unfolded(_in_utf8(content)))
    marks = [line.strip().upper() for line in lines]
    cards = marks.count(b"BEGIN:VCARD")
    if not cards or b"END:VCARD" not in marks:
        raise NoCard("Cette carte de contact n’est pas lisible : le fichier est abîmé ou incomplet.")
    if cards > 1:
        raise NoCard(f"Ce fichier contient {cards} cartes de contact : enregistrez la vôtre seule, puis envoyez-la.")
    known = (found for line in lines if (found := _property(line)) is not None)
    for _place, row in zip(range(_MOST), known, strict=False):
        yield row


def _unfolded(content: bytes) -> Iterator[bytes]:
    """Whole lines. They may be cut inside a character, so that they are joined before they are read."""
    pieces: list[bytes] = []
    is_quoted = False
    for line in content.splitlines():
        if is_quoted and pieces[-1].endswith(b"="):
            pieces[-1] = pieces[-1][:-1]
            pieces.append(line)
        elif pieces and line[:1] in {b" ", b"\t"}:
            pieces.append(line[1:])
        else:
            if pieces:
                yield b"".join(pieces)
            pieces, is_quoted = [line], bool(_QUOTED.match(line))
    yield b"".join(pieces)


def _property(line: bytes) -> _Property | None:
    """What a line says; None for one that the portal does not read."""
    found = _PROPERTY.fullmatch(line)
    if not found or (name := found[1].decode().upper()) not in _READ or len(found[3]) > _LONGEST_VALUE:
        return None
    parameters: dict[str, str] = {}
    for key, value in _PARAMETER.findall(found[2].decode("utf-8", "replace")):
        # « TYPE=home;TYPE=pref » is « TYPE=home,pref ».
        told = parameters.get(key.upper(), "")
        value = value.strip('"')
        parameters[key.upper()] = f"{told},{value}" if told else value
    written = found[3]
    encoding = parameters.get("ENCODING", "").upper()
    if encoding in {"B", "BASE64"} or "BASE64" in parameters:
        return None
    if encoding == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in parameters:
        written = quopri.decodestring(written)
    return _Property(name, parameters, _decoded(written, parameters.get("CHARSET", "")))


def _decoded(value: bytes, charset: str) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode(_CHARSETS.get(charset.upper(), "cp1252"), "replace")


# What a profile makes of it -----------------------------------------------------


def _named(rows: Iterable[_Property], name: str) -> Iterator[_Property]:
    return (row for row in rows if row.name == name)


def _lines(rows: Iterable[_Property], name: str, longest: int) -> list[str]:
    return [text for row in _named(rows, name) if (text := one_line(row.text, longest))]


def _place(rows: Iterable[_Property]) -> tuple[str, str]:
    """The commune and the code of the region, of where one lives rather than of where one works."""
    for row in sorted(_named(rows, "ADR"), key=lambda row: "work" in row.types):
        # Post box, extension, street, locality, region, code, country.
        told = [*row.parts(";"), *[""] * 5]
        commune = _POSTAL.sub("", one_line(told[3], LONGEST_LABEL))
        commune, region = "" if is_private(commune) else commune, region_of(one_line(told[4]))
        if commune or region:
            return commune, region
    return "", ""


def _skills(rows: Iterable[_Property], known: Known, *, is_ours: bool) -> Iterator[ProposedSkill]:
    """What is told as a skill. Categories are rather groups of an address book: of these, words that are known as
    skills, unless the portal wrote the card.
    """
    told = [
        (text, _LEVELS.get(row.parameters.get("LEVEL", "").lower()))
        for row in _named(rows, "EXPERTISE")
        for text in row.parts("")
    ]
    categories = [text for row in _named(rows, "CATEGORIES") for text in row.parts(",")]
    told += [(text, None) for text in categories if is_ours or spelling_key(text) in known.skills]
    seen = set()
    for name, level in ((one_line(text, LONGEST_LABEL), level) for text, level in told):
        key = spelling_key(name)
        if key and key not in seen:
            seen.add(key)
            yield ProposedSkill(known.skills.get(key, name), level)


def _languages(rows: Iterable[_Property]) -> Iterator[str]:
    """Told by their codes: « fr », « en-GB »."""
    for row in _named(rows, "LANG"):
        try:
            with override("fr"):
                yield language_of(get_language_info(row.text.lower())["name_translated"])
        except KeyError:
            continue


def _web(text: str) -> str:
    text = one_line(text, LONGEST_LINK)
    address = web_address(f"https://{text}" if _BARE_ADDRESS.fullmatch(text) else text)
    # Who signs in by an address is not linked to.
    return "" if "@" in address.partition("://")[2].partition("/")[0] or not address.isprintable() else address


def _mails(rows: Iterable[_Property], *, is_ours: bool) -> Iterator[str]:
    """On a card of the portal, those that the person shows among their links; on another, nothing for all to see."""
    if is_ours:
        for row in _named(rows, "EMAIL"):
            yield mail_address(one_line(row.text, LONGEST_LINK))
