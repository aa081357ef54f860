"""PDFs for tests: invented CVs, and files that mean harm."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))

LEFT, RIGHT, TOP = 50, 230, 800


def pdf(*columns: str, title: str = "", pages: int = 1, links: tuple[str, ...] = ()) -> bytes:
    """A PDF with one column of text, or two; the same on each page. `title`: lines across the page, first."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for _page in range(pages):
        canvas.setFont("Vera", 9)
        height = TOP
        for line in title.strip().splitlines():
            canvas.drawString(LEFT, height, line.strip())
            height -= 14
        for place, column in zip((LEFT, RIGHT), columns, strict=False):
            for row, line in enumerate(column.strip().splitlines()):
                pieces = line.strip().split("\t")
                canvas.drawString(place, height - 13 * row, pieces[0])
                if len(pieces) > 1:
                    canvas.drawRightString(550, height - 13 * row, pieces[1])
        for number, link in enumerate(links):
            canvas.linkURL(link, (LEFT, 20 + number, LEFT + 50, 30 + number))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked(user: str = "secret", revision: int = 6) -> bytes:
    """One that asks for a password; without one of `user`, it opens and cannot be changed. `revision`: how it is
    locked, 2 and 3 by RC4, 6 by AES-256.
    """
    out = io.BytesIO()
    lock = pikepdf.Encryption(owner="proprietaire", user=user, R=revision, aes=revision > 4, metadata=revision > 4)
    with pikepdf.open(io.BytesIO(pdf("Compétences\nDjango"))) as document:
        document.save(out, encryption=lock)
    return out.getvalue()


def locked_otherwise() -> bytes:
    """One that is locked in a way that no library of ours knows."""
    return locked(user="").replace(b"/Filter /Standard", b"/Filter /Standart")


def with_stream(stream: bytes) -> bytes:
    """One whose only page is drawn by this stream, packed already."""
    out = io.BytesIO()
    document = pikepdf.new()
    page = document.add_blank_page()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
    content = pikepdf.Stream(document, b"")
    content.write(stream, filter=pikepdf.Name.FlateDecode)
    page.obj.Contents = content
    document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def bomb(megabytes: int) -> bytes:
    """Some kilobytes that become so many megabytes when they are unpacked."""
    packer = zlib.compressobj(9)
    piece = b" " * 1024 * 1024
    packed = b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()
    return with_stream(packed)


def endless(letters: int) -> bytes:
    """One that draws so many letters on one page."""
    line = b"(" + b"a " * 500 + b") Tj "
    return with_stream(zlib.compress(b"BT /F1 1 Tf " + line * (letters // 500) + b"ET", 9))


def with_actions() -> bytes:
    """One that would run a script, start a program and carries another file."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Compétences\nDjango"))) as document:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('SENTINELLE')"))
        document.Root.OpenAction = document.make_indirect(script)
        document.attachments["charge.exe"] = b"MZ SENTINELLE"
        document.save(out)
    return out.getvalue()


def with_circle() -> bytes:
    """One whose tree of pages holds itself."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Bonjour"))) as document:
        document.Root.Pages.Kids.append(document.Root.Pages)
        document.save(out)
    return out.getvalue()


def image_alone() -> bytes:
    """One without text."""
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.rect(50, 50, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def changed(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """One line of text, and what is done to it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Bonjour"))) as document:
        change(document)
        document.save(out)
    return out.getvalue()
