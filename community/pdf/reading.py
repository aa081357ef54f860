"""A PDF is read at arm's length: what it may cost is limited by the system, and whatever happens there stays there."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import filetype
from filelock import Timeout

from search.locks import exclusive

_CONFINED = Path(__file__).with_name("confined.py")
_WAIT = 8
"""Seconds that a file waits for the one before it."""
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one PDF may cost.

    `size` and `memory` in bytes (the second is all that its process may address), `seconds` of processor, `wall`
    seconds on the clock; `characters` and `runs` of text, and `links`, are read: what follows them is left out.
    """

    size: int = 5 * MEGABYTE
    pages: int = 20
    memory: int = 256 * MEGABYTE
    seconds: int = 8
    wall: int = 12
    characters: int = 60_000
    links: int = 100
    runs: int = 5_000


class PdfRefused(Exception):  # noqa: N818
    """This file cannot be read; the message says why, in French."""


@dataclass(frozen=True)
class Run:
    """A piece of a line. Points, from the bottom left of the page."""

    page: int
    left: int
    right: int
    bottom: int
    height: int
    text: str


@dataclass(frozen=True)
class PdfText:
    """What a PDF says. `links`: the addresses that one may click on. `acts`: opened, it would run something, or it
    carries other files.
    """

    pages: int
    runs: tuple[Run, ...]
    links: tuple[str, ...]
    acts: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it holds no text at all: pictures of pages, as scanners make them."""
        return not any(run.text.strip() for run in self.runs)


DAMAGED = "Ce fichier n’est pas un PDF lisible : il est abîmé ou incomplet. Enregistrez-le de nouveau en PDF."
HEAVY = "Ce PDF est trop lourd à lire. Enregistrez-le de nouveau, sans images ni effets."
LOCKED = (
    "Ce PDF est chiffré : un mot de passe protège sa lecture, sa modification ou son impression. Ouvrez-le, "
    "choisissez « Imprimer », puis « Enregistrer au format PDF », et envoyez cette copie."
)
BUSY = "D’autres fichiers sont en cours de lecture : réessayez dans une minute."


def read_pdf(content: bytes, limits: Limits = Limits()) -> PdfText:
    """What this PDF says. Raises `PdfRefused` for what is none, is locked, damaged, or costs more than the limits.

    Its name, and the type that a browser declared, are not looked at. One PDF is read at a time.
    """
    if len(content) > limits.size:
        raise PdfRefused(f"Ce fichier dépasse {limits.size // MEGABYTE} Mo : choisissez-en un plus léger.")
    if filetype.guess_mime(content) != "application/pdf":
        raise PdfRefused("Ce fichier n’est pas un PDF.")
    return text_of(_ask(content, limits), limits)


def text_of(told: dict[str, Any], limits: Limits) -> PdfText:
    """What the confined process told (`community.pdf.confined.answer`). Raises `PdfRefused`."""
    faults = {
        "pages": f"Ce PDF a plus de {limits.pages} pages : gardez celles qui comptent.",
        "password": LOCKED,
        "heavy": HEAVY,
    }
    if "fault" in told:
        raise PdfRefused(faults.get(told["fault"], DAMAGED))
    return PdfText(
        told["pages"], tuple(Run(*run) for run in told["runs"]), tuple(told["links"]), bool(told.get("acts"))
    )


def _ask(content: bytes, limits: Limits) -> dict[str, Any]:
    """The answer of the confined process. Raises `PdfRefused` when there is none."""
    most = 8 * limits.characters + MEGABYTE
    told = {**asdict(limits), "answer": most}
    try:
        # The system holds the answer, too, to its size: a file, for a pipe has no limit.
        with exclusive("pdf", _WAIT), tempfile.TemporaryFile() as out:
            return run([sys.executable, "-I", "-B", str(_CONFINED), json.dumps(told)], content, out, limits.wall, most)
    except Timeout:
        raise PdfRefused(BUSY) from None


def run(command: list[str], content: bytes, out: Any, wall: int, most: int) -> dict[str, Any]:
    """What a program answers to these bytes, as JSON in the file `out`; it is told nothing else of this process.

    `wall` seconds, `most` bytes. Raises `PdfRefused` when it does not answer.
    """
    process = subprocess.Popen(  # noqa: S603 # our own script, and no word of the file
        command,
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        process.communicate(content, timeout=wall)
    except subprocess.TimeoutExpired:
        raise PdfRefused(HEAVY) from None
    finally:
        process.kill()
        process.wait()
    out.seek(0)
    try:
        answer: dict[str, Any] = json.loads(out.read(most + 1))
    except ValueError:
        # Ended by a limit, or by a fault of the reader.
        raise PdfRefused(HEAVY) from None
    return answer
