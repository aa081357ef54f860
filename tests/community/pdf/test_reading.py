"""A PDF is read by a process of its own, and whatever it holds the answer is its text or a sentence."""

import io
import os
import sys
import zipfile
from dataclasses import asdict

import pytest
from pikepdf import Array, Dictionary, Name, String

from community.pdf import Limits, PdfRefused, read_pdf
from community.pdf.confined import answer
from community.pdf.reading import run
from search.locks import exclusive
from tests.community.pdf import making

pytestmark = pytest.mark.django_db

WHOLE = making.pdf("Compétences\nDjango")


def words(content: bytes, limits: Limits | None = None) -> list[str]:
    return [run.text for run in read_pdf(content, limits or Limits()).runs]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return out.getvalue()


def test_text_comes_with_its_place():
    read = read_pdf(WHOLE)

    assert (read.pages, read.links, read.is_blank) == (1, (), False)
    assert [(run.page, run.left, run.text) for run in read.runs] == [(0, 50, "Compétences"), (0, 50, "Django")]
    assert read.runs[0].bottom > read.runs[1].bottom


def test_pieces_that_stand_apart_on_one_line_are_apart_and_a_word_cut_by_a_hyphen_is_whole():
    assert words(making.pdf("Designer\tmars 2021\nune développeu-\nse web")) == [
        "Designer",
        "mars 2021",
        "une développeuse web",
    ]


def test_addresses_behind_words_are_told():
    assert read_pdf(making.pdf("Bonjour", links=("https://exemple.fr/moi",))).links == ("https://exemple.fr/moi",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "n’est pas un PDF"),
        (b"<html><script>alert(1)</script></html>", "n’est pas un PDF"),
        (b"<html>" + WHOLE, "n’est pas un PDF"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 60 + WHOLE, "n’est pas un PDF"),
        (zipped(), "n’est pas un PDF"),
        (b"%PDF-1.7 <script>alert(1)</script>", "abîmé"),
        (b"%PDF-1.7\n" + b"\0" * 5_000, "abîmé"),
        (WHOLE[: len(WHOLE) // 2], "abîmé"),
        (WHOLE[:-60], "abîmé"),
        (making.locked(), "mot de passe"),
        (making.locked(user=""), "« Imprimer », puis « Enregistrer au format PDF »"),
        (making.with_circle(), "abîmé"),
        (WHOLE + b"\0" * 5 * 1024 * 1024, "dépasse 5 Mo"),
    ],
    ids=[
        "empty",
        "html",
        "html first",
        "jpeg first",
        "zip",
        "script",
        "hollow",
        "half",
        "no end",
        "locked",
        "locked against changes",
        "circle",
        "heavy",
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content, message):
    with pytest.raises(PdfRefused, match=message):
        read_pdf(content)


def test_too_many_pages_are_refused():
    content = making.pdf("Bonjour", pages=3)

    assert len(words(content, Limits(pages=3))) == 3
    with pytest.raises(PdfRefused, match="plus de 2 pages"):
        words(content, Limits(pages=2))


def test_what_would_run_is_not_run_and_not_told():
    read = read_pdf(making.with_actions())

    assert [run.text for run in read.runs] == ["Compétences", "Django"]
    assert read.links == ()


def test_a_pdf_that_is_something_else_too_gives_its_text_alone():
    assert words(WHOLE + zipped()) in (["Compétences", "Django"], [])


def test_a_file_that_unpacks_to_more_memory_than_there_is_is_refused():
    content = making.bomb(100)
    assert len(content) < 1024 * 1024

    with pytest.raises(PdfRefused, match="trop lourd"):
        words(content, Limits(memory=130 * 1024 * 1024))


def test_a_file_that_takes_too_long_is_ended():
    with pytest.raises(PdfRefused, match="trop lourd"):
        words(making.endless(2_000_000), Limits(wall=1, seconds=1))


@pytest.mark.campaign
def test_one_file_is_read_at_a_time_and_the_next_does_not_wait_for_ever():
    with exclusive("pdf", 1), pytest.raises(PdfRefused, match="réessayez dans une minute"):
        read_pdf(WHOLE)

    assert read_pdf(WHOLE).pages == 1


def test_no_more_text_is_read_than_the_limit():
    assert sum(map(len, words(making.endless(5_000), Limits(characters=1_000)))) <= 1_000


def test_images_of_text_are_blank():
    assert read_pdf(making.image_alone()).is_blank


def test_the_process_has_no_secret_of_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "SENTINELLE")
    tell = "import json, os, sys; sys.stdin.read(); json.dump(dict(os.environ), sys.stdout)"
    with (tmp_path / "told").open("w+b") as out:
        told = run([sys.executable, "-I", "-c", tell], WHOLE, out, 10, 10_000)

    assert os.environ["SECRET_KEY"] == "SENTINELLE"
    assert "SENTINELLE" not in told.values()


def test_the_reader_itself_holds_to_its_limits():
    limits = {"pages": 2, "links": 5, "characters": 100, "runs": 10}

    assert answer(WHOLE, limits)["runs"][0][-1] == "Compétences"
    assert answer(making.pdf("a", pages=3), limits) == {"fault": "pages"}
    # Without a password to open it, it is refused all the same; RC4 and AES-256, and what no library knows.
    locked = [making.locked(user, revision) for user in ("secret", "") for revision in (3, 6)]
    told = [answer(content, limits) for content in [*locked, making.locked_otherwise()]]
    assert told == [{"fault": "password"}] * 5


SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def annotated(**told):
    return Array([Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **told)])


ACTING = {
    "a script when a page is shown": lambda d: setattr(d.pages[0].obj, "AA", Dictionary(O=SCRIPT)),
    "a script when it is closed": lambda d: setattr(d.Root, "AA", Dictionary(WC=SCRIPT)),
    "a script by its name": lambda d: setattr(
        d.Root, "Names", Dictionary(JavaScript=Dictionary(Names=Array([String("x"), SCRIPT])))
    ),
    "a script after something else": lambda d: setattr(
        d.Root, "OpenAction", Dictionary(S=Name.GoTo, D=Array([]), Next=Array([SCRIPT]))
    ),
    "a program by a click": lambda d: setattr(
        d.pages[0].obj, "Annots", annotated(A=Dictionary(S=Name.Launch, F=String("cmd.exe")))
    ),
    "a program in an array of its own": lambda d: setattr(
        d.pages[0].obj, "Annots", d.make_indirect(annotated(A=Dictionary(S=Name.Launch, F=String("cmd.exe"))))
    ),
    "another file by a click": lambda d: setattr(
        d.pages[0].obj, "Annots", annotated(FS=Dictionary(EF=Dictionary(F=d.make_stream(b"MZ"))))
    ),
    "a form with scripts": lambda d: setattr(
        d.Root, "AcroForm", Dictionary(XFA=d.make_stream(b"<template/>"), Fields=Array([]))
    ),
    "a share of a network": lambda d: setattr(
        d.Root, "OpenAction", Dictionary(S=Name.GoToR, F=String("//evil.example/share/x.pdf"))
    ),
    "an address when it is opened": lambda d: setattr(
        d.Root, "OpenAction", d.make_indirect(Dictionary(S=Name.URI, URI=String("https://evil.example/")))
    ),
    "a film": lambda d: setattr(d.pages[0].obj, "Annots", annotated(RichMediaContent=Dictionary())),
}


@pytest.mark.parametrize("kind", ACTING)
def test_what_acts_is_told_however_deep_it_is_written(kind):
    limits = asdict(Limits())
    assert answer(making.changed(ACTING[kind]), limits)["acts"] is True
    # Neither a click on an address, nor the page that one begins with.
    harmless = making.changed(
        lambda d: (
            setattr(d.Root, "OpenAction", Array([d.pages[0].obj, Name.Fit])),
            setattr(d.pages[0].obj, "Annots", annotated(A=Dictionary(S=Name.URI, URI=String("https://exemple.fr/")))),
        )
    )
    told = answer(harmless, limits)
    assert (told["acts"], told["links"]) == (False, ["https://exemple.fr/"])
