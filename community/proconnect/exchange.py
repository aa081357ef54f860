"""What is asked of ProConnect by the server itself: where its doors are, its keys, and what a code is worth.

Every answer may be late, long or nonsense: each of these is `Refused`, and none is followed elsewhere.
"""

from __future__ import annotations

import json
from typing import Any, cast

import jwt
import requests
from django.conf import settings
from django.core.cache import cache

from community.proconnect.refusals import Refusal, Refused

SECONDS = 5.0
"""How long a connection, then each silence, may last. A code is good for 30 seconds."""
LONGEST = 256_000
"""Bytes of an answer."""
KNOWN_FOR = 600
"""Seconds for which the addresses of its doors are not asked for again. Its keys are: they are changed at will."""

_NEEDED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_LOGOUT = "end_session_endpoint"


def configuration() -> dict[str, str]:
    """The addresses of its doors, by the names of OpenID Connect Discovery 1.0; that of sign-out may be missing."""
    issuer = settings.PROCONNECT_ISSUER
    key = f"community.proconnect.doors:{issuer}"
    known: dict[str, str] | None = cache.get(key)
    if known is not None:
        return known
    told = _read(_ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    doors = {name: told[name] for name in (*_NEEDED, _LOGOUT) if _is_address(told.get(name), issuer)}
    if told.get("issuer") != issuer or not doors.keys() >= {*_NEEDED}:
        raise Refused(Refusal.UNREACHABLE, "configuration")
    cache.set(key, doors, KNOWN_FOR)
    return doors


def tokens_for(code: str, callback: str) -> tuple[str, str]:
    """What a code is exchanged for: the access token, and the ID token as it was received. A code serves once."""
    form = {
        "grant_type": "authorization_code",
        "client_id": settings.PROCONNECT_CLIENT_ID,
        "client_secret": settings.PROCONNECT_CLIENT_SECRET,
        "redirect_uri": callback,
        "code": code,
    }
    told = _read(_ask("POST", configuration()["token_endpoint"], data=form))
    access, proof = told.get("access_token"), told.get("id_token")
    if not isinstance(access, str) or not isinstance(proof, str) or not access.isascii() or not access.isprintable():
        raise Refused(Refusal.UNPROVEN, "no tokens")
    return access, proof


def keys() -> jwt.PyJWKSet:
    """The public keys that it signs with, today."""
    try:
        return jwt.PyJWKSet.from_dict(_read(_ask("GET", configuration()["jwks_uri"])))
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Refused(Refusal.UNREACHABLE, f"keys: {type(error).__name__}") from None


def about_the_person(access_token: str) -> str:
    """What it says of whoever signed in, as it was received: a token that must be verified like the other."""
    headers = {"Authorization": f"Bearer {access_token}"}
    return _ask("GET", configuration()["userinfo_endpoint"], headers=headers).decode("ascii", "replace")


def _ask(method: str, address: str, **told: Any) -> bytes:
    body = b""
    try:
        with (
            requests.Session() as session,
            session.request(method, address, timeout=SECONDS, allow_redirects=False, stream=True, **told) as response,
        ):
            for part in response.iter_content(16_384):
                body += part
                if len(body) > LONGEST:
                    raise Refused(Refusal.UNREACHABLE, "too long")
    except (requests.RequestException, ValueError) as error:
        raise Refused(Refusal.UNREACHABLE, type(error).__name__) from None
    if response.status_code != 200:
        refusal = Refusal.DENIED if 400 <= response.status_code < 500 else Refusal.UNREACHABLE
        raise Refused(refusal, f"status {response.status_code}")
    return body


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Refused(Refusal.UNREACHABLE, "no JSON")
    return cast("dict[str, Any]", told)


def _is_address(told: object, issuer: str) -> bool:
    """No door of a server that speaks HTTPS is open."""
    return isinstance(told, str) and told.startswith(f"{issuer.partition(':')[0]}://")
