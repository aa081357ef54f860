"""The portrait of a profile: what is received is drawn anew, so that nothing of the file itself is kept or served."""

from __future__ import annotations

import io
import warnings
from hashlib import blake2b
from threading import Lock
from typing import BinaryIO

from django.db import transaction
from PIL import Image, ImageOps

from community.actions.profile import own_member
from community.models import Photo, User

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes of a file that is read."""
MOST_PIXELS = 25_000_000
"""Pixels of an image that is decoded: telephones' have fewer; a few kilobytes may claim more than memory holds."""
_MOST_OF = {"WEBP": 12_000_000}
"""Those of a format whose decoder holds several copies."""
SMALLEST_SIDE = 96
SIDE = 320
"""Pixels of the portrait's side."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_LARGE = SIDE * 4
"""Pixels of the smaller side from which an image is thinned out before it is copied."""
_drawing = Lock()
"""One image at a time in each process: each may take a hundred megabytes."""


class ImageRefused(Exception):  # noqa: N818
    """This file cannot be a portrait; the message says why, in French."""


def portrait(file: BinaryIO) -> bytes:
    """A square JPEG of `SIDE` pixels, from the middle of the image, upright, without metadata. Raises `ImageRefused`.

    The file's name, its declared type and whatever follows the image in it are not looked at.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ImageRefused("Ce fichier dépasse 5 Mo : choisissez-en un plus léger.")
    try:
        with warnings.catch_warnings():
            # Sizes are looked at below, before anything is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with _drawing, Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                return _drawn(image)
    except ImageRefused:
        raise
    except Image.DecompressionBombError:
        raise _too_many(MOST_PIXELS) from None
    except Exception as error:
        # Decoders of hostile files raise whatever they stumble upon.
        raise ImageRefused("Ce fichier n’est pas une image lisible : il faut un JPEG, un PNG ou un WebP.") from error


def _too_many(most: int) -> ImageRefused:
    return ImageRefused(f"Cette image a trop de pixels ({most // 1_000_000} millions au plus) : réduisez-la d’abord.")


def _drawn(image: Image.Image) -> bytes:
    width, height = image.size
    most = _MOST_OF.get(image.format or "", MOST_PIXELS)
    if width * height > most:
        raise _too_many(most)
    if min(width, height) < SMALLEST_SIDE:
        raise ImageRefused(f"Cette image est trop petite : il faut au moins {SMALLEST_SIDE} pixels de côté.")
    # A JPEG is decoded at a part of its size where that is enough.
    image.draft("RGB", (SIDE * 2, SIDE * 2))
    image.load()
    upright = ImageOps.exif_transpose(_thinned(image))
    square = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    drawn = Image.new("RGB", square.size, "white")
    drawn.paste(square, mask=square.getchannel("A"))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _thinned(image: Image.Image) -> Image.Image:
    """A large image with a part of its pixels: one copy of it is in memory, whatever is done with it next."""
    less = min(image.size) // _LARGE
    if less < 2:
        return image
    return image.resize((image.width // less, image.height // less), Image.Resampling.NEAREST)


@transaction.atomic
def set_photo(image: bytes, *, by: User) -> Photo:
    """Give one's own profile this portrait (`portrait`), in the place of any other."""
    member = own_member(by)
    digest = blake2b(image, digest_size=16).hexdigest()
    return Photo.objects.update_or_create(member=member, defaults={"image": image, "digest": digest})[0]


@transaction.atomic
def remove_photo(*, by: User) -> None:
    """The profile shows initials again."""
    Photo.objects.filter(member=own_member(by)).delete()
