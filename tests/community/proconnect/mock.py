"""oidc-provider-mock, which others wrote, in a thread; like ProConnect it signs what it says of a person."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask
import jwt
import oidc_provider_mock
from oidc_provider_mock._storage import storage
from werkzeug.serving import make_server


@contextmanager
def signing_mock(client_id: str, *people: dict[str, Any]) -> Iterator[str]:
    """Gives its address, which is its name as an issuer. `people`: their claims, `sub` included."""
    users = [
        oidc_provider_mock.User(sub=told["sub"], claims={name: told[name] for name in told if name != "sub"})
        for told in people
    ]
    app = oidc_provider_mock.app(require_nonce=True, issue_refresh_token=False, user_claims=users)

    @app.after_request
    def sign(response: flask.Response) -> flask.Response:
        if flask.request.path == "/userinfo" and response.status_code == 200:
            now = int(time.time())
            who = {"iss": flask.request.host_url.rstrip("/"), "aud": client_id, "iat": now, "exp": now + 60}
            key = jwt.PyJWK(storage.jwk.as_dict(is_private=True), "RS256")
            response.data = jwt.encode({**response.get_json(), **who}, key, headers={"kid": key.key_id})
            response.content_type = "application/jwt"
        return response

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
