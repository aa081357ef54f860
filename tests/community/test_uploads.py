"""The upload campaign: whatever is sent where a file is asked for, it is refused or cleaned, and said in French.

Each file goes to every page that takes one. What is long, or measured in memory, is `make campaign`.
"""

from __future__ import annotations

import io
import json
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from PIL import Image

from community.models import Member, Photo
from recruitment.models import ApplicationDocument
from tests.community.factories import MemberFactory, UserFactory
from tests.community.pdf import making
from tests.conftest import REPOSITORY
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

APPLYING = "/missions/carnet/postuler/"
PAGES = {"/mon-profil/photo/": "photo", "/mon-profil/importer/": "file", APPLYING: "documents"}
MEGABYTE = 1024 * 1024
HARM = b"<script>SENTINELLE</script><?php SENTINELLE ?>"


def picture(form: str = "JPEG", size: tuple[int, int] = (200, 200), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 90 if mode == "L" else "teal").save(out, form, **options)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: int, *more: bytes) -> bytes:
    """A grey image of that size with so many rows in it, all black: a few bytes for each thousand pixels."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" * (width + 1)) for _ in range(rows)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zipped(name: str = "../../etc/passwd") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"SENTINELLE")
    return out.getvalue()


def located() -> bytes:
    """A photo that says where and by what it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "SENTINELLE"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)})
    return picture(exif=exif, comment=b"SENTINELLE")


def texted() -> bytes:
    """A PNG with 50 MB of words that weigh nothing."""
    return png(200, 200, 200, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"SENTINELLE" * 5_000_000, 9)))


def svg() -> bytes:
    return b"<svg xmlns='http://www.w3.org/2000/svg' onload='SENTINELLE()'><script>SENTINELLE</script></svg>"


FILES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "one byte": lambda: b"\0",
    "noughts": lambda: b"\0" * 5_000,
    "html": lambda: b"<html>" + HARM,
    "svg": svg,
    "svg behind a declaration": lambda: b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'SENTINELLE'>]>" + svg(),
    "zip": zipped,
    "gif": lambda: picture("GIF") + HARM,
    "tiff": lambda: picture("TIFF"),
    "ico": lambda: b"\0\0\1\0" + b"\0" * 200,
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n(SENTINELLE) run",
    "executable": lambda: b"MZ" + b"\x90" * 3_000,
    "jpeg and html": lambda: picture() + HARM,
    "jpeg and zip": lambda: picture() + zipped(),
    "jpeg and pdf": lambda: picture() + making.pdf("SENTINELLE"),
    "jpeg with html within": lambda: picture(comment=HARM),
    "png and html": lambda: picture("PNG") + HARM,
    "pdf and jpeg": lambda: making.pdf("Bonjour") + picture(),
    "pdf and zip": lambda: making.pdf("Bonjour") + zipped(),
    "pdf and html": lambda: b"%PDF-1.4\n" + HARM + making.pdf("Bonjour"),
    "script as pdf": lambda: b"%PDF-1.7 " + HARM,
    "pdf that acts": making.with_actions,
    "pdf in a circle": making.with_circle,
    "pdf without end": lambda: making.pdf("Bonjour")[:-40],
    "half a pdf": lambda: making.pdf("Bonjour" * 200)[:900],
    "locked pdf": making.locked,
    "pdf of images": making.image_alone,
    "small bomb in a pdf": lambda: making.bomb(20),
    "photo with its place": located,
    "half a jpeg": lambda: picture(size=(600, 600))[:900],
    "half a png": lambda: picture("PNG")[:200],
    "png with a wrong sum": lambda: picture("PNG")[:-3] + b"xyz",
    "webp of nothing": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 200,
    "png of 10,000 × 10,000": lambda: png(10_000, 10_000, 10),
    "png of nothing": lambda: png(0, 0, 0),
    "png of one line": lambda: png(20_000, 1, 1),
    "png with a library of words": texted,
    "animated": lambda: picture("PNG", save_all=True, append_images=[Image.new("RGB", (200, 200))] * 3),
    "json": lambda: b'{"basics": {"label": "Designer", "image": "SENTINELLE"}}',
    "json of something else": lambda: json.dumps([HARM.decode()]).encode(),
    "json too deep": lambda: b'{"basics":' * 100_000,
    "json without end": lambda: b'{"basics": {"label": "' + b"a" * 100_000,
    "json of one number": lambda: b'{"basics": ' + b"9" * 100_000 + b"}",
    "json with half characters": lambda: b'{"basics": {"label": "Designer \\ud800 \\u0000"}, "work": {"a": 1}}',
    "too heavy": lambda: picture() + b"\0" * (5 * MEGABYTE),
}

NAMES = [
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "photo.jpg\0.php",
    "photo.jpg\r\nX-Injected: 1",
    "<script>alert(1)</script>.pdf",
    '"; filename="x.php',
    "{{ settings.SECRET_KEY }}.pdf",
    "a" * 5_000 + ".pdf",
    "a." + "b" * 700,
    "photo.jpg/",
    "..",
    ".",
    " ",
    "\u202egpj.exe",
    "é" * 300,
    "CON",
    "%2e%2e%2fpasswd",
]


@pytest.fixture
def member(client) -> Member:
    cache.clear()
    row = MemberFactory(user=UserFactory(), slug="ariane", full_name="Ariane Belcombe")
    MissionFactory(slug="carnet")
    client.force_login(row.user)
    return row


def body(
    name: str, content: bytes, file_name: bytes = b"a.pdf", kind: bytes = b"application/pdf", times: int = 1
) -> bytes:
    """A form as any client could write it."""
    part = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="'.encode()
        + file_name
        + b'"\r\nContent-Type: '
        + kind
        + b"\r\n\r\n"
        + content
        + b"\r\n"
    )
    return part * times + f"--{BOUNDARY}--\r\n".encode()


def answered(response, url: str) -> str:
    """What the page says: that it was saved, what it proposes or keeps, or what is wrong, in French."""
    assert response.status_code in {200, 302}, url
    if response.status_code == 302:
        assert response["Location"] == "/mon-profil/"
        return "enregistrée"
    page = BeautifulSoup(response.content, "html.parser")
    assert len(page.select("h1")) == 1
    fault = page.select_one(".fr-upload-group .fr-error-text")
    kept = page.select_one("[name=proposition], .document-kept")
    # A form to which no file came asks for the rest.
    asked = url == APPLYING and page.select_one(".fr-input-group--error")
    assert fault is not None or kept is not None or asked, url
    return fault.get_text(strip=True) if fault else "proposition"


@pytest.mark.parametrize("kind", FILES)
def test_every_file_is_refused_or_cleaned_on_every_page(client, member, kind):
    content = FILES[kind]()
    for url, name in PAGES.items():
        response = client.post(url, {name: SimpleUploadedFile("a.jpg", content, "image/jpeg")})

        said = answered(response, url)
        assert said
        assert "SENTINELLE" not in response.content.decode()
    kept = Photo.objects.filter(member=member).first()
    if kept is not None:
        image = Image.open(io.BytesIO(bytes(kept.image)))
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (320, 320), {})
        assert not [part for part in (b"SENTINELLE", b"PK\3\4", b"%PDF", b"<script") if part in bytes(kept.image)]
    for document in ApplicationDocument.objects.all():
        assert (document.name, document.file.read(5)) == ("a.jpg.pdf", b"%PDF-")


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_does_anything(client, member, name):
    for url, field in PAGES.items():
        content = body(field, picture(), name.encode())

        response = client.generic("POST", url, content, MULTIPART_CONTENT)

        # Headers of a part that are longer than a kilobyte are none.
        assert response.status_code in ({400} if len(name) > 1_000 else {200, 302})
        assert "X-Injected" not in response
        assert b"SECRET_KEY" not in response.content
    assert Photo.objects.count() <= 1


@pytest.mark.parametrize(
    "kind", ["image/svg+xml", "text/html; charset=utf-7", "application/x-httpd-php", "x" * 300, "", "a/b; charset=é"]
)
def test_the_type_that_a_browser_says_does_nothing(client, member, kind):
    response = client.generic(
        "POST", "/mon-profil/photo/", body("photo", picture(), kind=kind.encode()), MULTIPART_CONTENT
    )

    assert response.status_code == 302
    assert client.get("/membres/ariane/photo/")["Content-Type"] == "image/jpeg"


def test_many_files_at_once_are_held_to_the_limit_of_one(client, member):
    for url, field in PAGES.items():
        many = client.generic("POST", url, body(field, b"\0" * MEGABYTE, times=40), MULTIPART_CONTENT)
        assert answered(many, url)
        too_many = client.generic("POST", url, body(field, b"x", times=200), MULTIPART_CONTENT)
        assert too_many.status_code == 400
        assert BeautifulSoup(too_many.content, "html.parser").html["lang"] == "fr"


def test_a_file_that_no_form_asks_for_is_kept_nowhere(client, member):
    answers = {}
    for path in ("/compte/login/", "/cms/images/add/", "/mon-profil/presentation/"):
        for who in (Client(), client):
            response = who.post(path, {"login": "zoe@exemple.fr", "file": SimpleUploadedFile("a.png", picture())})
            answers[path, who is client] = [*response.wsgi_request.FILES]
            assert response.wsgi_request.POST["login"] == "zoe@exemple.fr"

    # Whether whoever is signed in may open the editors' space is asked there.
    assert {key for key, files in answers.items() if files} == {("/cms/images/add/", True)}


def test_a_form_without_end_is_answered(client, member):
    for url, field in PAGES.items():
        for cut in (1, 40, 120, 300):
            response = client.generic("POST", url, body(field, picture())[:-cut], MULTIPART_CONTENT)
            assert response.status_code in {200, 302, 400}


def test_a_portrait_that_is_not_square_and_sideways_stands_upright_after_it_was_thinned(client, member):
    image = Image.new("RGB", (4_200, 3_000), "white")
    image.paste("black", (0, 0, 4_200, 1_500))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "PNG", exif=exif)

    client.post("/mon-profil/photo/", {"photo": SimpleUploadedFile("a.png", out.getvalue())})

    drawn = Image.open(io.BytesIO(bytes(Photo.objects.get().image))).convert("L")
    assert (drawn.getpixel((300, 160)) < 50, drawn.getpixel((20, 160)) > 200) == (True, True)


# In a process of its own, measured -------------------------------------------------

_MEASURED = """
import io, json, os, resource, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
import django
django.setup()
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from community.actions.photo import ImageRefused, portrait
from community.uploads import BoundedUpload
from PIL import Image
Image.new("RGB", (400, 400)).save(io.BytesIO(), "JPEG")

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

what = sys.argv[1]
before = peak()
said = ""
if what == "form":
    head = f'--{BOUNDARY}\\r\\nContent-Disposition: form-data; name="photo"; filename="a"\\r\\n\\r\\n'.encode()
    tail = f"\\r\\n--{BOUNDARY}--\\r\\n".encode()
    class Long(io.RawIOBase):
        left = int(sys.argv[2]) * 1024 * 1024
        def __init__(self): self.head = head; self.tail = tail
        def readable(self): return True
        def read(self, size=-1):
            size = 65536 if size is None or size < 0 else size
            if self.head: piece, self.head = self.head[:size], self.head[size:]
            elif self.left: piece = b"\\0" * min(size, self.left); self.left -= len(piece)
            else: piece, self.tail = self.tail[:size], self.tail[size:]
            return piece
    sent = {"CONTENT_TYPE": MULTIPART_CONTENT, "CONTENT_LENGTH": str(len(head) + Long.left + len(tail))}
    request = WSGIRequest({**RequestFactory()._base_environ(REQUEST_METHOD="POST"), **sent, "wsgi.input": Long()})
    request.upload_handlers = [BoundedUpload(request, 5 * 1024 * 1024)]
    said = str(request.FILES["photo"].size)
else:
    try:
        said = str(len(portrait(open(what, "rb"))))
    except ImageRefused as refused:
        said = str(refused)
print(json.dumps([peak() - before, said]))
"""


def measured(what: str, megabytes: int = 0) -> tuple[int, str]:
    """By how many megabytes a process grew, and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, what, str(megabytes)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    grew, said = json.loads(done.stdout.strip().splitlines()[-1])
    return grew, said


@pytest.mark.parametrize("megabytes", [60, pytest.param(200, marks=pytest.mark.campaign)])
def test_what_is_too_heavy_is_not_held_in_memory(megabytes):
    grew, said = measured("form", megabytes)

    assert said == str(5 * MEGABYTE + 1)
    assert grew < 40


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGBA", {}),
        ("PNG", "I;16", {}),
        ("PNG", "P", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "CMYK", {"progressive": True, "subsampling": 0}),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("WEBP", "RGB", {"method": 0}),
        ("WEBP", "RGBA", {"method": 0, "lossless": True}),
    ],
)
def test_the_largest_image_that_is_drawn_holds_a_bounded_memory(tmp_path, form, mode, options):
    path = tmp_path / "large"
    side = 3_460 if form == "WEBP" else 5_000
    Image.new(mode, (side, side)).save(path, form, **options)

    grew, said = measured(str(path))

    assert said.isdigit()
    assert grew < 230


@pytest.mark.campaign
@pytest.mark.parametrize(
    "content",
    [
        lambda: png(10_000, 10_000, 10_000),
        lambda: png(30_000, 30_000, 3_000),
        texted,
        lambda: png(200, 200, 500_000),
        lambda: picture("WEBP", size=(10_000, 10_000), method=0),
    ],
    ids=["10,000", "30,000", "words", "more than it says", "webp"],
)
def test_an_image_that_unpacks_to_more_than_it_says_holds_a_bounded_memory(tmp_path, content):
    path = tmp_path / "bomb"
    path.write_bytes(content())

    assert measured(str(path))[0] < 120


@pytest.mark.campaign
@pytest.mark.parametrize(
    "content",
    [
        lambda: making.pdf("Bonjour", pages=5_000),
        lambda: making.bomb(1_000),
        lambda: making.endless(5_000_000),
        lambda: making.with_stream(zlib.compress(zlib.compress(b" " * 50_000_000, 9), 9)),
    ],
    ids=["5,000 pages", "1 GB", "5 million letters", "packed twice"],
)
def test_a_pdf_that_costs_too_much_is_refused_or_read_in_part(client, member, content):
    response = client.post("/mon-profil/importer/", {"file": SimpleUploadedFile("a.pdf", content())})

    assert answered(response, "/mon-profil/importer/")


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(4))
def test_a_file_with_some_bytes_changed_is_answered(member, seed):
    """600 of them, on each page."""
    chance = random.Random(seed)
    sound = [
        picture(),
        picture("PNG"),
        picture("WEBP"),
        located(),
        making.pdf("Compétences\nDjango"),
        making.with_actions(),
    ]
    client = Client()
    client.force_login(member.user)
    for number in range(150):
        content = bytearray(chance.choice(sound))
        for _ in range(chance.randint(1, 30)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if not number % 3:
            content = content[: chance.randrange(len(content))]
        cache.clear()
        for url, name in PAGES.items():
            assert answered(client.post(url, {name: SimpleUploadedFile("a", bytes(content))}), url)
