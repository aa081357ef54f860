"""Opens one PDF, in a process that has nothing else: no database, no secret in its environment, little memory.

Run as a script by `community.pdf.reading`, and imports nothing of the portal. The file comes by the standard input,
and the answer goes to the standard output, as JSON: `{"fault": …}`, or `{"pages": …, "runs": […], "links": […],
"acts": …}`.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

HYPHEN = 0x02
"""What PDFium says of a hyphen at the end of a line: the word goes on below."""
WIDE = 1.4
"""A gap wider than so many times the height of the letters parts two runs of one line."""


def confine(limits: dict[str, int]) -> None:
    """Take what is more than these limits away from this process."""
    wanted = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: limits["seconds"],
        resource.RLIMIT_FSIZE: limits["answer"],
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in wanted.items():
        # Some systems do not let the memory be limited; the others hold everywhere.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def answer(content: bytes, limits: dict[str, int]) -> dict[str, Any]:
    """What the file holds, or why it cannot be read."""
    # Loaded within the limits.
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as document:
            if document.is_encrypted:
                # Readable without a password, too: then it is what may be done with it that is locked.
                return {"fault": "password"}
            pages = len(document.pages)
            if pages > limits["pages"]:
                return {"fault": "pages"}
            links = list(_links(document, limits["links"]))
            acts = _acts(document)
    except pikepdf.PasswordError:
        return {"fault": "password"}
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        # Some are locked in a way that the library does not know.
        return {"fault": "password" if "unsupported encryption" in str(fault) else "damaged"}
    runs = _runs(content, pages, limits["characters"], limits["runs"])
    return {"pages": pages, "links": links, "runs": runs, "acts": acts}


_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute", "/Rendition"),
        # Those that open another file, a share of a network included.
        *("/GoToE", "/GoToR", "/Movie", "/Sound"),
    }
)
_CARRIES = ("/JS", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent")
_UNASKED = ("/OpenAction", "/AA")
"""What happens without a click."""


def _acts(document: Any) -> bool:
    """Whether it would run something, goes somewhere by itself, or carries other files."""
    return any(_is_active(held) for one in document.objects for held in _dictionaries(one))


def _is_active(held: Any) -> bool:
    if str(held.get("/S")) in _ACTIONS or any(key in held for key in _CARRIES):
        return True
    return any("/URI" in one for key in _UNASKED for one in _dictionaries(held.get(key)))


def _dictionaries(one: Any) -> Iterator[Any]:
    """An object and what is written within it, however deep; what it refers to is an object of its own."""
    import pikepdf

    left = [one]
    while left:
        held = left.pop()
        if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
            yield held
            within = [held.get(key) for key in held.keys()]  # noqa: SIM118 (a dictionary of the library, not Python's)
        elif isinstance(held, pikepdf.Array):
            within = list(held)
        else:
            continue
        left += [part for part in within if isinstance(part, pikepdf.Object) and not part.is_indirect]


def _links(document: Any, most: int) -> Iterator[str]:
    """The addresses that one may click on."""
    import pikepdf

    for page in document.pages:
        annotations = page.obj.get("/Annots")
        for annotation in annotations if isinstance(annotations, pikepdf.Array) else ():
            action = annotation.get("/A") if isinstance(annotation, pikepdf.Dictionary) else None
            address = action.get("/URI") if isinstance(action, pikepdf.Dictionary) else None
            if isinstance(address, pikepdf.String) and len(text := str(address)) <= 500:
                yield text
                most -= 1
                if not most:
                    return


def _runs(content: bytes, pages: int, most: int, most_runs: int) -> list[list[Any]]:
    """Pieces of text with their place: page, left, right, bottom, height, text. Points, from the bottom left."""
    import pypdfium2

    runs: list[list[Any]] = []
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(min(pages, len(document))):
            page = document[number]
            text = page.get_textpage()
            count = min(text.count_chars(), most)
            most -= count
            runs += [[number, *run] for run in _runs_of_page(text, count)]
            text.close()
            page.close()
            if most <= 0 or len(runs) >= most_runs:
                break
    finally:
        document.close()
    return runs[:most_runs]


def _runs_of_page(text: Any, count: int) -> Iterator[list[Any]]:
    from pypdfium2 import raw

    letters: list[str] = []
    left = right = bottom = height = 0.0

    for index in range(count):
        code = raw.FPDFText_GetUnicode(text.raw, index)
        if code in (0x0A, 0x0D):
            if letters:
                yield [round(left), round(right), round(bottom), round(height), "".join(letters).strip()]
            letters = []
        elif code == HYPHEN:
            continue
        elif raw.FPDFText_IsGenerated(text.raw, index) == 1:
            letters.append(" ")
        elif 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000:
            x0, y0, x1, y1 = text.get_charbox(index, loose=True)
            tall = max(y1 - y0, 1.0)
            if letters and x0 - right > WIDE * tall and abs(y0 - bottom) < tall / 2:
                yield [round(left), round(right), round(bottom), round(height), "".join(letters).strip()]
                letters = []
            if not letters:
                left, right, bottom, height = x0, x1, y0, tall
            letters.append(chr(code))
            right = max(right, x1)
    if letters:
        yield [round(left), round(right), round(bottom), round(height), "".join(letters).strip()]


def main() -> None:
    """Read, answer, end."""
    limits = json.loads(sys.argv[1])
    confine(limits)
    try:
        told = answer(sys.stdin.buffer.read(), limits)
    except MemoryError:
        told = {"fault": "heavy"}
    except Exception:
        # Readers of hostile files raise whatever they stumble upon; where, is nobody's business.
        told = {"fault": "damaged"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
