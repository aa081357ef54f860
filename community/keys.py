"""Keys made from the secrets of the settings, one set for each purpose."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings


def keys_for(purpose: str, own: Sequence[str]) -> list[bytes]:
    """The keys of a purpose, the one in use first; of 32 bytes each.

    `own`: the secrets that the operator gave for it; without any, `SECRET_KEY` and `SECRET_KEY_FALLBACKS`.
    """
    secrets = own or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(f"{purpose}:{secret}".encode()).digest() for secret in secrets]
