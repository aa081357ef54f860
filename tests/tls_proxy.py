"""A door with a lock in front of a server that has none: TLS, client certificates, a password or an API key.

    with TlsProxy(node.url, folder, authorization="ApiKey abc") as proxy:
        Elasticsearch(proxy.url, ca_certs=proxy.ca_file, api_key="abc")

The authority, the server's certificate and the client's are made on the spot and trusted by nobody else.
"""

import base64
import http.client
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import trustme

_OF_ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


def basic(user: str, password: str) -> str:
    """The header that a user and a password make."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class TlsProxy:
    """Hands requests on to `target_url` when they may pass.

    `client_certificates`: a client must show one of this authority, or the handshake fails. `authorization`: the exact
    header that a request must carry, or it is answered 401. `url` is its address; `ca_file`, `client_certificate` and
    `client_key` are files in `folder`; `stranger_certificate` and `stranger_key` are of an authority nobody trusts.
    `passed` and `refused` are the requests, as « GET /path ».
    """

    def __init__(
        self, target_url: str, folder: Path, *, client_certificates: bool = False, authorization: str = ""
    ) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self.client_certificate, self.client_key = _write(authority, folder / "client")
        self.stranger_certificate, self.stranger_key = _write(trustme.CA(), folder / "stranger")
        self.passed: list[str] = []
        self.refused: list[str] = []
        self._target = urlsplit(target_url)
        self._authorization = authorization

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        if client_certificates:
            authority.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        proxy = self

        class Handler(_Handler):
            def handle_request(self) -> None:
                proxy._handle(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        # The handshake is the connection's own thread's, at its first read: a bad client holds nobody up.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _handle(self, request: "_Handler") -> None:
        asked = f"{request.command} {request.path}"
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        if self._authorization and request.headers.get("Authorization") != self._authorization:
            self.refused.append(asked)
            request.answer(401, {"Content-Type": "application/json"}, b'{"error":"unauthorized","status":401}')
            return
        self.passed.append(asked)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_ONE_HOP}
        target = http.client.HTTPConnection(self._target.hostname or "", self._target.port, timeout=60)
        try:
            target.request(request.command, request.path, body, headers)
            answer = target.getresponse()
            content = answer.read()
            length = answer.getheader("Content-Length")
        except OSError:
            request.answer(502, {}, b"")
            return
        finally:
            target.close()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _OF_ONE_HOP}
        request.answer(answer.status, kept, content, length if request.command == "HEAD" else None)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust, or is not trusted, is what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_request(self) -> None:
        raise NotImplementedError

    def do_GET(self) -> None:
        self.handle_request()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def answer(self, status: int, headers: dict[str, str], body: bytes, length: str | None = None) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing is written: the requests are in `passed` and `refused`."""


def _write(authority: trustme.CA, path: Path) -> tuple[Path, Path]:
    certificate = authority.issue_cert("portail@client.example")
    files = path.with_suffix(".pem"), path.with_suffix(".key")
    certificate.cert_chain_pems[0].write_to_path(files[0])
    certificate.private_key_pem.write_to_path(files[1])
    return files
