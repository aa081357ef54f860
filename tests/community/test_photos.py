"""A portrait is drawn anew from what is received, whatever it holds, and seen by who sees the profile."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from community.actions.photo import SIDE, ImageRefused, portrait
from community.enums import Visibility
from community.models import Member, Photo
from community.privacy.export import archive
from community.privacy.people import Person
from community.templatetags.community_tags import initials
from tests.community.factories import MemberFactory, StintFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/mon-profil/photo/"


def picture(size=(400, 300), form="JPEG", mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode != "P" else 3).save(out, form, **options)
    return out.getvalue()


def drawn(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(portrait(io.BytesIO(content))))


def png_of_claimed_size(width: int, height: int) -> bytes:
    """A few bytes that say to be an image of that size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def member(client) -> Member:
    row = MemberFactory(user=UserFactory(), slug="ariane", full_name="Ariane Belcombe", stint=True)
    client.force_login(row.user)
    return row


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")],
)
def test_any_image_becomes_a_square_jpeg(form, mode):
    made = drawn(picture(form=form, mode=mode))

    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (SIDE, SIDE))


def test_nothing_of_what_a_file_says_beside_the_image_is_kept():
    exif = Image.Exif()
    exif[0x010E] = "SENTINELLE-EXIF"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SENTINELLE-PNG")
    hostile = b"<script>SENTINELLE</script><?php SENTINELLE ?>"
    for content in (
        picture(exif=exif, comment=b"SENTINELLE-JPEG", icc_profile=b"SENTINELLE-ICC"),
        picture(form="PNG", pnginfo=text),
        picture() + hostile,
        picture(form="PNG") + hostile,
    ):
        assert b"SENTINELLE" in content
        made = portrait(io.BytesIO(content))
        assert b"SENTINELLE" not in made
        assert dict(Image.open(io.BytesIO(made)).getexif()) == {}


def test_an_image_taken_sideways_stands_upright():
    image = Image.new("RGB", (400, 400), "white")
    image.paste("black", (0, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)

    made = drawn(out.getvalue()).convert("L")

    assert made.getpixel((SIDE - 20, SIDE // 2)) < 50
    assert made.getpixel((20, SIDE // 2)) > 200


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "lisible"),
        (b"GIF89a" + b"\0" * 100, "lisible"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "lisible"),
        (b"%PDF-1.7 <script>alert(1)</script>", "lisible"),
        (b"\xff\xd8\xff\xe0" + b"x" * 500, "lisible"),
        (picture()[:700], "lisible"),
        (picture(size=(95, 400)), "trop petite"),
        (png_of_claimed_size(10_000, 10_000), "trop de pixels"),
        (png_of_claimed_size(2**31 - 1, 2**31 - 1), "trop de pixels"),
        (png_of_claimed_size(0, 0), "lisible"),
        (png_of_claimed_size(5_000, 5_000), "lisible"),
        (picture() + b"\0" * 5 * 1024 * 1024, "5 Mo"),
    ],
    ids=["empty", "gif", "svg", "pdf", "nonsense", "cut", "small", "bomb", "huge bomb", "no size", "hollow", "heavy"],
)
def test_what_can_be_no_portrait_is_refused_with_the_reason(client, member, content, message):
    with pytest.raises(ImageRefused, match=message):
        portrait(io.BytesIO(content))

    response = client.post(URL, {"photo": SimpleUploadedFile("../../photo.jpg", content, "image/jpeg")})
    assert response.status_code == 200
    assert response.context["form"].errors["photo"]
    assert not Photo.objects.exists()


def test_a_portrait_is_kept_changed_and_taken_away(client, member):
    assert client.get("/membres/ariane/photo/").status_code == 404
    assert ">AB<" in client.get("/membres/ariane/").content.decode()

    client.post(URL, {"photo": SimpleUploadedFile("x.php", picture(), "text/html")})
    first = client.get("/membres/ariane/photo/")
    assert (first.status_code, first["Content-Type"]) == (200, "image/jpeg")
    assert first["Cache-Control"] == "private, no-cache"
    assert '<img class="portrait"' in client.get("/membres/ariane/").content.decode()
    assert client.get("/membres/ariane/photo/", headers={"If-None-Match": first["ETag"]}).status_code == 304

    client.post(URL, {"photo": SimpleUploadedFile("x.png", picture(form="PNG", mode="L"), "image/png")})
    assert client.get("/membres/ariane/photo/")["ETag"] != first["ETag"]
    assert Photo.objects.count() == 1

    client.post(URL, {"retirer": "1"})
    assert client.get("/membres/ariane/photo/").status_code == 404


@pytest.mark.parametrize(
    ("visibility", "statuses"),
    [(Visibility.PUBLIC, (200, 200)), (Visibility.COMMUNITY, (404, 200)), (Visibility.PRIVATE, (404, 404))],
)
def test_a_portrait_is_seen_by_who_sees_the_profile(client, member, visibility, statuses):
    client.post(URL, {"photo": SimpleUploadedFile("x.jpg", picture(), "image/jpeg")})
    Member.objects.filter(pk=member.pk).update(visibility=visibility)
    assert client.get("/membres/ariane/photo/").status_code == 200

    client.logout()
    visitor = client.get("/membres/ariane/photo/").status_code
    other = StintFactory(member=MemberFactory(user=UserFactory())).member
    client.force_login(other.user)
    assert (visitor, client.get("/membres/ariane/photo/").status_code) == statuses


def test_nothing_sent_is_told(client, member):
    assert "Choisissez une image." in str(client.post(URL, {}).context["form"].errors)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ariane Belcombe", "AB"),
        ("Ariane de La Tour", "AT"),
        ("Cher", "C"),
        ("", ""),
        ("- -", ""),
        ("élodie ßen", "ÉSS"),
    ],
)
def test_initials(name, expected):
    assert initials(name) == expected


def test_the_copy_of_one_s_data_holds_the_portrait(client, member):
    client.post(URL, {"photo": SimpleUploadedFile("x.jpg", picture(), "image/jpeg")})
    whole = b"".join(archive(Person.of_member(member)))

    with zipfile.ZipFile(io.BytesIO(whole)) as copy:
        held = [copy.read(name) for name in copy.namelist()]
    assert bytes(Photo.objects.get().image) in held
