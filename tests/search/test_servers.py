"""The servers that the fault tests rely on fail in the ways that these need."""

import socket
import ssl
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from elasticsearch import ApiError, Elasticsearch
from elasticsearch import ConnectionError as NotReached

from tests.elasticsearch_servers import start_cluster, start_node
from tests.silent_servers import HangingServer, RefusingServer
from tests.tls_proxy import TlsProxy, basic

pytestmark = pytest.mark.elasticsearch


def answers(url):
    urllib.request.urlopen(url + "/_cluster/health", timeout=30).read()
    return True


def refuses(url):
    with pytest.raises(urllib.error.URLError) as error:
        urllib.request.urlopen(url, timeout=30)
    return isinstance(error.value.reason, ConnectionRefusedError)


def hangs(url):
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(url + "/_cluster/health", timeout=1).read()
    return True


# The tests of `faults` kill, pause and restart at every change; what they see of it is told here one by one.
@pytest.mark.campaign
def test_node_that_is_killed_refuses_and_keeps_what_it_had_when_it_starts_again():
    with start_node() as node, Elasticsearch(node.url) as client:
        client.index(index="kept", id="1", document={"word": "mer"})
        node.kill()
        assert refuses(node.url)
        node.restart()
        assert client.get(index="kept", id="1")["_source"] == {"word": "mer"}
        client.indices.refresh(index="kept")

        node.pause()
        assert node.running
        assert hangs(node.url)
        node.resume()
        assert answers(node.url)
        folder = node.data_dir
    assert refuses(node.url)
    assert not folder.exists()


def test_given_folder_stays(tmp_path: Path):
    with start_node(data_dir=tmp_path / "data", settings={"cluster.name": "mine"}) as node:
        assert Elasticsearch(node.url).cluster.health()["cluster_name"] == "mine"
    assert (tmp_path / "data" / "server.log").exists()


@pytest.mark.campaign
def test_cluster_of_three_goes_on_with_one_killed_and_takes_it_back():
    with start_cluster(3) as cluster, Elasticsearch(cluster.urls, max_retries=5, retry_on_timeout=True) as client:
        client.indices.create(index="kept", settings={"number_of_replicas": 1, "number_of_shards": 3})
        cluster.wait_for("green", nodes=3)
        client.index(index="kept", id="1", document={"word": "mer"})
        cluster.kill(0)
        assert cluster.wait_for("yellow", nodes=2)["number_of_nodes"] == 2
        client.index(index="kept", id="2", document={"word": "ville"})
        client.indices.refresh(index="kept")
        assert client.count(index="kept")["count"] == 2
        cluster.start(0)
        assert cluster.wait_for("green", nodes=3)["number_of_nodes"] == 3
        assert client.count(index="kept")["count"] == 2


def test_hanging_server_takes_connections_and_says_nothing():
    with HangingServer() as server:
        assert hangs(server.url)
        assert server.connections == 1
    assert refuses(server.url)


def test_refusing_server_keeps_its_port_for_itself():
    with RefusingServer() as server:
        assert refuses(server.url)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", server.port))


def test_proxy_asks_for_what_it_was_told_to_ask_for(elasticsearch_server: str, tmp_path: Path):
    with (
        TlsProxy(
            elasticsearch_server, tmp_path, client_certificates=True, authorization=basic("portail", "sesame")
        ) as proxy,
        Elasticsearch(
            proxy.url,
            ca_certs=str(proxy.ca_file),
            client_cert=str(proxy.client_certificate),
            client_key=str(proxy.client_key),
        ) as client,
    ):
        assert client.options(basic_auth=("portail", "sesame")).cluster.health()["timed_out"] is False
        with pytest.raises(ApiError) as error:
            client.options(basic_auth=("portail", "wrong")).cluster.health()
        assert error.value.status_code == 401
        assert (proxy.passed, proxy.refused) == (["GET /_cluster/health"], ["GET /_cluster/health"])


@pytest.mark.parametrize("shown", ["none", "stranger"])
def test_proxy_refuses_a_client_without_a_certificate_of_its_authority(
    elasticsearch_server: str, tmp_path: Path, shown: str
):
    with TlsProxy(elasticsearch_server, tmp_path, client_certificates=True) as proxy:
        mine = {"client_cert": str(proxy.stranger_certificate), "client_key": str(proxy.stranger_key)}
        with (
            Elasticsearch(
                proxy.url, ca_certs=str(proxy.ca_file), max_retries=0, **(mine if shown == "stranger" else {})
            ) as client,
            pytest.raises(NotReached),
        ):
            client.cluster.health()
        assert proxy.passed == []


def test_client_refuses_a_server_of_an_authority_it_does_not_know(elasticsearch_server: str, tmp_path: Path):
    with TlsProxy(elasticsearch_server, tmp_path) as proxy:
        with pytest.raises(urllib.error.URLError) as error:
            urllib.request.urlopen(proxy.url, timeout=30)
        assert isinstance(error.value.reason, ssl.SSLCertVerificationError)
        assert proxy.passed == []
