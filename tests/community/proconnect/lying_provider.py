"""A provider of OpenID Connect that answers what a test wants: the truth, unless it is told how to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ACCESS = "jeton-d-acces-7c2"
CLIENT, SECRET = "portail-de-test", "secret-du-portail"
AGENT = {"sub": "agent-4f1c", "email": "agent@ministere.example", "given_name": "Adalberta", "usual_name": "Quinconce"}

Signer = Callable[[dict[str, Any]], str]


@cache
def key(name: str) -> RSAPrivateKey:
    """Keys are slow to make: one of each name for the whole run."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def signed(claims: dict[str, Any], by: str = "own") -> str:
    """As ProConnect does, or by another key under the same name."""
    return jwt.encode(claims, key(by), algorithm="RS256", headers={"kid": "k1"})


def unsigned(claims: dict[str, Any]) -> str:
    """« alg: none »."""
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"})


def signed_with_what_is_public(claims: dict[str, Any]) -> str:
    """HS256, with the public key as the secret that both sides would share."""
    head = _part(json.dumps({"alg": "HS256", "kid": "k1", "typ": "JWT"}).encode())
    message = head + b"." + _part(json.dumps(claims).encode())
    public = key("own").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return (message + b"." + _part(hmac.new(public, message, hashlib.sha256).digest())).decode()


def plain(claims: dict[str, Any]) -> str:
    """No token at all: JSON."""
    return json.dumps(claims)


def _part(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


@dataclass
class Lies:
    """What differs from the truth. Claims that are None are left out; a body answers instead of the whole."""

    shown: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    sign_shown: Signer = signed
    sign_person: Signer = signed
    configuration: dict[str, Any] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)


class LyingProvider:
    """Served on this machine, at `issuer`, for as long as a `with`. `asked`: what came, path and form or headers."""

    def __init__(self) -> None:
        self.lies = Lies()
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.told: list[str] = []
        self._codes: dict[str, str] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({name.lower(): value for name, value in self.headers.items()})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer({name: value[0] for name, value in parse_qs(body).items()})

            def _answer(self, form: dict[str, str]) -> None:
                path = urlsplit(self.path).path
                provider.asked.append((path, form))
                status, body = provider.answer(path, form)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("localhost", 0), Handler)
        self.issuer = f"http://localhost:{self._server.server_port}/api/v2"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # What a browser would do there ---------------------------------------------

    def authorize(self, address: str) -> str:
        """Somebody signs in there; gives the path and query that they come back with."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked["nonce"]
        self.told += [code, asked["state"], asked["nonce"]]
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'code': code, 'state': asked['state']})}"

    # What a server is answered ---------------------------------------------------

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        """The status and the body for one request."""
        door = path.rpartition("/")[2]
        status = self.lies.statuses.get(door, 200)
        if door in self.lies.bodies or status != 200:
            return status, self.lies.bodies.get(door, b"")
        match door:
            case "openid-configuration":
                return 200, json.dumps({**self._configuration(), **self.lies.configuration}).encode()
            case "jwks":
                public = jwt.algorithms.RSAAlgorithm.to_jwk(key("own").public_key(), as_dict=True)
                return 200, json.dumps({"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}).encode()
            case "token":
                return self._token(form)
            case "userinfo" if form.get("authorization") == f"Bearer {ACCESS}":
                claims = self._claims({**AGENT, **self.lies.person})
                return 200, self.lies.sign_person(claims).encode()
            case _:
                return 404, b""

    def _configuration(self) -> dict[str, str]:
        doors = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
            "end_session_endpoint": "session/end",
        }
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{door}" for name, door in doors.items()}}

    def _token(self, form: dict[str, str]) -> tuple[int, bytes]:
        nonce = self._codes.pop(form.get("code", ""), None)
        is_ours = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if nonce is None or not is_ours or "code_verifier" in form:
            return 400, b'{"error": "invalid_grant"}'
        shown = {"sub": self.lies.person.get("sub", AGENT["sub"]), "nonce": nonce, "acr": "eidas1", **self.lies.shown}
        proof = self.lies.sign_shown(self._claims(shown))
        self.told.append(proof)
        return 200, json.dumps({"access_token": ACCESS, "token_type": "Bearer", "id_token": proof}).encode()

    def _claims(self, told: dict[str, Any]) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **told}
        return {name: value for name, value in claims.items() if value is not None}
