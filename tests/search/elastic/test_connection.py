"""How the server is reached: several hosts, passwords, keys and certificates; and what is said when it is not."""

import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from search import registry
from search.declarations import Viewer
from search.engines import EngineUnavailable, IndexMissing
from search.engines.elastic import Connection, ElasticsearchEngine
from search.query import SearchQuery
from tests.silent_servers import HangingServer, RefusingServer
from tests.tls_proxy import TlsProxy, basic

pytestmark = pytest.mark.elasticsearch

SECRET = "s3same-0uvre-t0i"


@pytest.fixture
def connect(settings, on_elasticsearch, db):
    """An engine under these settings, with the prefix of the test."""

    def connect(url, **options):
        settings.ELASTICSEARCH_URL = url
        settings.ELASTICSEARCH_OPTIONS = {**settings.ELASTICSEARCH_OPTIONS, **options}
        return ElasticsearchEngine(Connection.from_settings())

    return connect


def answers(engine):
    document = registry.get("books")
    engine.rebuild(document)
    return engine.search([(document, SearchQuery(text="mer"))])[0].total == 0


def told_by(engine):
    """What is said when a search, and a look at the health, come to nothing."""
    with pytest.raises(EngineUnavailable) as error:
        engine.search([(registry.get("books"), SearchQuery(text="Awa Diop"))])
    assert not isinstance(error.value, IndexMissing)
    health = engine.health()
    assert health.ok is False
    assert set(health.rows.values()) == {None}
    told = f"{error.value} {health.detail}"
    assert SECRET not in told
    assert "Awa" not in told
    return str(error.value)


@pytest.mark.parametrize("first", [RefusingServer, HangingServer])
def test_dead_host_leaves_the_work_to_the_next(connect, elasticsearch_server, first):
    with first() as dead:
        assert answers(connect(f"{dead.url}, {elasticsearch_server}", timeout=5.0, build_timeout=5.0))


def test_hosts_that_are_all_dead_are_unavailable(connect):
    with RefusingServer() as one, RefusingServer() as other:
        assert told_by(connect(f"{one.url},{other.url}")) == "Elasticsearch ne peut pas être joint (ConnectionError)."


def test_server_that_hangs_is_given_up_after_the_timeout(connect):
    with HangingServer() as server:
        engine = connect(server.url, timeout=0.5)
        started = time.monotonic()
        assert told_by(engine) == "Elasticsearch ne répond pas à temps (ConnectionTimeout)."
        # A search and a look at the health, with room for a slow machine; nothing is tried twice on the same server.
        assert 1.0 <= time.monotonic() - started < 5.0
        assert server.connections <= 3


def test_autocomplete_of_a_server_that_hangs_is_given_up_too(connect):
    with HangingServer() as server, pytest.raises(EngineUnavailable):
        connect(server.url, timeout=0.3).autocomplete(registry.get("authors"), "a", Viewer())


@pytest.mark.parametrize(
    ("required", "options"),
    [
        (f"ApiKey {SECRET}", {"api_key": SECRET}),
        (basic("portail", SECRET), {"username": "portail", "password": SECRET}),
        ("", {}),
    ],
    ids=["api key", "password", "neither"],
)
def test_server_is_reached_over_tls(connect, elasticsearch_server, tmp_path, required, options):
    with TlsProxy(elasticsearch_server, tmp_path, authorization=required) as proxy:
        assert answers(connect(proxy.url, ca_certs=str(proxy.ca_file), **options))
        assert proxy.refused == []
        assert proxy.passed


@pytest.mark.parametrize(
    "options", [{"api_key": SECRET}, {"username": "portail", "password": SECRET}, {}], ids=["key", "password", "none"]
)
def test_wrong_password_or_key_is_told_without_it(connect, elasticsearch_server, tmp_path, options):
    with TlsProxy(elasticsearch_server, tmp_path, authorization=basic("portail", "right")) as proxy:
        engine = connect(proxy.url, ca_certs=str(proxy.ca_file), **options)
        assert told_by(engine) == "Elasticsearch n’accepte pas la clé ou le mot de passe (erreur 401, unauthorized)."
        assert proxy.passed == []


def test_client_certificate_opens_the_door(connect, elasticsearch_server, tmp_path):
    with TlsProxy(elasticsearch_server, tmp_path, client_certificates=True) as proxy:
        shown = {"client_cert": str(proxy.client_certificate), "client_key": str(proxy.client_key)}
        assert answers(connect(proxy.url, ca_certs=str(proxy.ca_file), **shown))


@pytest.mark.parametrize("shown", ["none", "stranger"])
def test_client_without_the_right_certificate_stays_outside(connect, elasticsearch_server, tmp_path, shown):
    with TlsProxy(elasticsearch_server, tmp_path, client_certificates=True) as proxy:
        stranger = {"client_cert": str(proxy.stranger_certificate), "client_key": str(proxy.stranger_key)}
        engine = connect(proxy.url, ca_certs=str(proxy.ca_file), **(stranger if shown == "stranger" else {}))
        # Which of the two it is depends on whether the server's refusal comes before or after the request.
        assert told_by(engine) in {
            "Le certificat d’Elasticsearch n’est pas accepté (TlsError).",
            "Elasticsearch ne peut pas être joint (ConnectionError).",
        }
        assert proxy.passed == []


def test_server_of_an_unknown_authority_is_not_trusted(connect, elasticsearch_server, tmp_path):
    (tmp_path / "other").mkdir()
    with (
        TlsProxy(elasticsearch_server, tmp_path) as proxy,
        TlsProxy(elasticsearch_server, tmp_path / "other") as other,
    ):
        for options in ({}, {"ca_certs": str(other.ca_file)}):
            engine = connect(proxy.url, **options)
            assert told_by(engine) == "Le certificat d’Elasticsearch n’est pas accepté (TlsError)."
        assert proxy.passed == []


@pytest.mark.parametrize("name", ["ca_certs", "client_cert"])
def test_certificate_that_is_not_there_is_told_with_its_setting(connect, tmp_path, name):
    engine = connect("https://localhost:9200", **{name: str(tmp_path / "missing.pem")})
    with pytest.raises(ImproperlyConfigured) as error:
        engine.client()
    assert "ELASTICSEARCH_" + name.upper() in str(error.value)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("localhost:9200", {}),
        ("https://un:9200, deux:9200", {}),
        ("https://un:9200", {"username": "portail"}),
        ("https://un:9200", {"password": SECRET}),
        (",", {}),
        ("https://", {}),
        ("https://un", {}),
        (f"https://portail:{SECRET}@un:92000", {}),
        (f"https://portail:{SECRET}@un", {}),
        ("https://un:9200", {"timeout": 0.0}),
        ("https://un:9200", {"timeout": -1.0}),
        ("https://un:9200", {"timeout": float("nan")}),
        ("https://un:9200", {"shards": 0}),
        ("https://un:9200", {"replicas": -1}),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(connect, url, options):
    with pytest.raises(ImproperlyConfigured) as error:
        connect(url, **options)
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("prefix", ["", "*", "_portail", "portail,autre", "portail*", "été", "a b", "p" * 101])
def test_prefix_that_cannot_begin_a_name_is_refused(connect, settings, prefix):
    settings.SEARCH_INDEX_PREFIX = prefix
    with pytest.raises(ImproperlyConfigured, match="SEARCH_INDEX_PREFIX"):
        connect("https://un:9200")


def test_rebuild_and_comparison_give_up_a_server_that_hangs_as_soon_as_a_search(connect):
    document = registry.get("books")
    with HangingServer() as server:
        # Each step of a build may take longer than this test is given.
        engine = connect(server.url, timeout=0.3, build_timeout=3_600.0)
        for ask in (engine.rebuild, engine.digests):
            with pytest.raises(EngineUnavailable):
                ask(document)


def test_what_is_told_of_an_error_holds_nothing_of_the_question(connect, elasticsearch_server):
    """The server's own messages quote what they could not read."""
    engine = connect(elasticsearch_server)
    document = registry.get("authors")
    engine.rebuild(document)
    alias = engine.indices(document).alias
    from elasticsearch import BadRequestError

    from search.engines.elastic.connection import told, unavailable_on_failure

    with pytest.raises(BadRequestError) as error:
        engine.client().search(index=alias, query={"range": {"p__residences": {"gte": "Awa Diop"}}})
    assert "Awa Diop" in str(error.value.body)
    assert told(error.value) == "Elasticsearch n’a pas fait ce qui est demandé (erreur 400, parse_exception)."
    with pytest.raises(EngineUnavailable) as error, unavailable_on_failure():
        engine.client().search(index=alias, query={"range": {"p__residences": {"gte": "Awa Diop"}}})
    assert "Awa" not in str(error.value)
