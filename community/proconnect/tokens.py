"""What ProConnect signed, and for us: nothing else is believed."""

from __future__ import annotations

from typing import Any

import jwt
from django.conf import settings

from community.proconnect.refusals import Refusal, Refused

ALGORITHMS = ("RS256", "ES256")
"""Of the three that ProConnect offers, those whose key it alone holds. « none » and HS256 sign nothing for us."""
LEEWAY = 10
"""Seconds by which clocks may differ."""

_NEEDED = ["iss", "aud", "sub", "exp", "iat"]


def verified(token: str, keys: jwt.PyJWKSet) -> dict[str, Any]:
    """What a token says, once its signature, issuer, audience and dates are those of an answer to us, now.

    Raises `Refused`.
    """
    try:
        claims = jwt.decode(
            token,
            _key(token, keys),
            algorithms=ALGORITHMS,
            issuer=settings.PROCONNECT_ISSUER,
            audience=settings.PROCONNECT_CLIENT_ID,
            leeway=LEEWAY,
            options={"require": _NEEDED},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise Refused(Refusal.UNPROVEN, type(error).__name__) from None
    # A token for several parties says to which one it was given.
    is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if is_shared else settings.PROCONNECT_CLIENT_ID) != settings.PROCONNECT_CLIENT_ID:
        raise Refused(Refusal.UNPROVEN, "azp")
    return claims


def _key(token: str, keys: jwt.PyJWKSet) -> jwt.PyJWK:
    """The one that the header names; where it names none, the only one that fits. Raises `InvalidTokenError`."""
    header = jwt.get_unverified_header(token)
    fit = [
        key
        for key in keys.keys
        if key.algorithm_name == header.get("alg")
        and key.public_key_use in (None, "sig")
        and header.get("kid") in (None, key.key_id)
    ]
    if len(fit) != 1:
        raise jwt.InvalidTokenError("No key, or several.")
    return fit[0]
