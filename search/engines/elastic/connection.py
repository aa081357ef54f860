"""How to reach the server or the cluster, and what its failures mean."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from elastic_transport import TlsError
from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch, NotFoundError, TransportError
from elasticsearch import ConnectionError as NotReached

from ...declarations import UnknownField
from ..base import EngineUnavailable, IndexMissing

# What the server takes as the beginning of a name of an index, and no pattern that would match those of others.
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


@dataclass(frozen=True)
class Connection:
    """Where the cluster is, and how indices are made on it.

    `timeout`: seconds after which a search is given up. `write_timeout`: the same for rows just saved, whose author
    waits. `build_timeout`: the same for each step of a rebuild, for which nobody waits.
    `replicas`: copies of each index; `None` for one on a cluster, none on a single node.
    """

    hosts: tuple[str, ...]
    api_key: str = ""
    username: str = ""
    password: str = ""
    ca_certs: str = ""
    client_cert: str = ""
    client_key: str = ""
    timeout: float = 2.0
    write_timeout: float = 5.0
    build_timeout: float = 60.0
    prefix: str = "portail"
    shards: int = 1
    replicas: int | None = None

    @classmethod
    def from_settings(cls) -> Connection:
        """What the settings `ELASTICSEARCH_…` and `SEARCH_INDEX_PREFIX` say. Raises `ImproperlyConfigured`."""
        hosts = tuple(host.strip() for host in settings.ELASTICSEARCH_URL.split(",") if host.strip())
        if not hosts or not all(map(_is_complete, hosts)):
            # The addresses themselves are not told: they may hold a password.
            raise ImproperlyConfigured(
                "ELASTICSEARCH_URL : une ou plusieurs adresses complètes, avec leur port, séparées par des virgules "
                "(https://serveur:9200)."
            )
        options: dict[str, Any] = settings.ELASTICSEARCH_OPTIONS
        if bool(options.get("username")) != bool(options.get("password")):
            raise ImproperlyConfigured("ELASTICSEARCH_USERNAME et ELASTICSEARCH_PASSWORD vont ensemble.")
        made = cls(hosts=hosts, prefix=settings.SEARCH_INDEX_PREFIX.lower(), **options)
        if not 0 < made.timeout < math.inf:
            raise ImproperlyConfigured("ELASTICSEARCH_TIMEOUT : un nombre de secondes, plus grand que zéro.")
        if made.shards < 1:
            raise ImproperlyConfigured("ELASTICSEARCH_SHARDS : au moins 1.")
        if made.replicas is not None and made.replicas < 0:
            raise ImproperlyConfigured("ELASTICSEARCH_REPLICAS : 0 ou plus.")
        if not _PREFIX.fullmatch(made.prefix):
            raise ImproperlyConfigured(
                "SEARCH_INDEX_PREFIX : des lettres sans accent, des chiffres, « - » et « _ », en commençant par une "
                "lettre ou un chiffre."
            )
        return made

    def client(self) -> Elasticsearch:
        """A new client: a pool of connections, to be kept by the process. Raises `ImproperlyConfigured`."""
        options: dict[str, Any] = {"request_timeout": self.timeout, "connections_per_node": 20}
        if self.api_key:
            options["api_key"] = self.api_key
        elif self.username:
            options["basic_auth"] = (self.username, self.password)
        for name in ("ca_certs", "client_cert", "client_key"):
            path = getattr(self, name)
            if path and not Path(path).is_file():
                raise ImproperlyConfigured(f"ELASTICSEARCH_{name.upper()} : {path} n’est pas un fichier.")
            if path:
                options[name] = path
        # Another node may answer at once where one does not; the same one would only make people wait twice.
        options["max_retries"] = min(2, len(self.hosts) - 1)
        options["retry_on_timeout"] = len(self.hosts) > 1
        options["retry_on_status"] = (502, 503, 504)
        try:
            return Elasticsearch(list(self.hosts), **options)
        except (ValueError, OSError) as error:
            raise ImproperlyConfigured(f"Elasticsearch : {error}") from error


def _is_complete(host: str) -> bool:
    """Scheme, name and port are there."""
    try:
        parts = urlsplit(host)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False


class Client:
    """The client of this process: a forked child makes its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made: tuple[int, Elasticsearch] | None = None

    def __call__(self) -> Elasticsearch:
        """The client."""
        if self._made is None or self._made[0] != os.getpid():
            self._made = (os.getpid(), self._connection.client())
        return self._made[1]


@contextmanager
def unavailable_on_failure() -> Iterator[None]:
    """Turn what the client raises into `EngineUnavailable`, or `IndexMissing` where there is no such index.

    What is told holds no part of the query nor of a document: they may name people.
    """
    try:
        yield
    except (EngineUnavailable, UnknownField):
        raise
    except NotFoundError as error:
        raise IndexMissing("Elasticsearch n’a pas cet index ; lancez search_rebuild.") from error
    except ApiError as error:
        raise Declined(error.status_code, _kind_told(error)) from error
    except TransportError as error:
        raise EngineUnavailable(told(error)) from error


class Declined(EngineUnavailable):
    """The server answered that it would not. `status`: its HTTP status; `kind`: the error's name, the server's own."""

    def __init__(self, status: int | None, kind: str) -> None:
        self.status = status
        self.kind = kind
        super().__init__(_refusal(status, kind))


def _refusal(status: int | None, kind: str) -> str:
    reasons = {
        401: "Elasticsearch n’accepte pas la clé ou le mot de passe",
        403: "Elasticsearch ne donne pas ce droit à ce compte",
        429: "Elasticsearch ne prend plus rien pour l’instant",
    }
    return f"{reasons.get(status or 0, 'Elasticsearch n’a pas fait ce qui est demandé')} (erreur {status}, {kind})."


def told(error: ApiError | TransportError) -> str:
    """Why the server did not do it, in French, with its own word for whoever looks after it."""
    if isinstance(error, ApiError):
        return _refusal(error.status_code, _kind_told(error))
    reasons = (
        (ConnectionTimeout, "Elasticsearch ne répond pas à temps"),
        (TlsError, "Le certificat d’Elasticsearch n’est pas accepté"),
        (NotReached, "Elasticsearch ne peut pas être joint"),
    )
    reason = next((told for kind, told in reasons if isinstance(error, kind)), "Elasticsearch ne répond pas")
    return f"{reason} ({type(error).__name__})."


def _kind_told(error: ApiError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return kind_of(body.get("error")) or type(error).__name__


def kind_of(error: Any) -> str:
    """The type of an error, as the server names it."""
    if not isinstance(error, dict):
        return str(error or "")[:80]
    causes = error.get("root_cause") or [{}]
    return str(causes[0].get("type") or error.get("type") or "")
