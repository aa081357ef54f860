"""Real Elasticsearch servers for the tests: started, stopped, killed and paused, and gone afterwards whatever happens.

Each server has a guard: a shell that reads a pipe whose other end the tests hold. The kernel closes that end when they
end, in whichever way, `kill -9` included; the guard then kills the server and removes its folder, also when the server
is paused.

    with start_node() as node:
        node.pause()

    with start_cluster(3) as cluster:
        cluster.kill(1)
        cluster.wait_for("yellow", nodes=2)
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from filelock import FileLock

SERVER = Path(__file__).resolve().parent.parent / "elasticsearch"
# The process ends before the folder is removed; a file that it was just writing may need a second try.
_GUARD = 'cat >/dev/null; kill -KILL "$1"; [ -z "$2" ] || rm -rf "$2" || { sleep 1; rm -rf "$2"; }'
# Compiled quickly rather than well: these servers live for minutes.
QUICK_JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
# As the official distribution is started: for what is measured.
STEADY_JAVA = "-XX:+UseG1GC -XX:G1ReservePercent=25 -XX:InitiatingHeapOccupancyPercent=30"
_SHARED_MEMORY = Path("/dev/shm")
# Ports this process was given: between that and the moment somebody listens there, it may ask for others.
_given: set[int] = set()


class ServerFailed(Exception):  # noqa: N818
    """The server ended, or did not answer in time; the message ends with what it wrote."""


def free_port() -> int:
    """A port nobody listens on, below those that the kernel gives to clients: it is still free after a restart.

    No two calls of a process give the same. Each worker of pytest-xdist has ports of its own (of the first seven), and
    so has the pytest that one of them runs.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw7").removeprefix("gw"))
    while True:
        port = random.SystemRandom().randrange(20_000 + worker % 8, 32_000, 8)
        if port in _given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port


class Node:
    """One server, at `url`. It keeps its port and its data from one start to the next; `close` ends both.

    `settings` are Elasticsearch's own; `heap` and `java` are those of the Java machine. Without a
    `data_dir` the data vanishes with the node.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        data_dir: Path | None = None,
        settings: Mapping[str, str] | None = None,
        heap: str = "256m",
        java: str = QUICK_JAVA,
        guarded_by: int = subprocess.PIPE,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_dir = data_dir or _temporary_folder()
        self._own_data = data_dir is None
        self._settings = dict(settings or {})
        self._java = f"-Xms{heap} -Xmx{heap} {java}"
        self._guarded_by = guarded_by
        self._process: subprocess.Popen | None = None
        self._guard: subprocess.Popen | None = None

    def start(self) -> Self:
        """Start the server without waiting for it. See `wait_ready`."""
        assert not self.running, f"{self.url} runs already"
        subprocess.run([SERVER / "build"], check=True, stdin=subprocess.DEVNULL)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as log:
            # A session of its own: the Ctrl-C of a terminal ends the tests, and they end the server.
            self._process = subprocess.Popen(
                [SERVER / "run", str(self.port), self.data_dir, *(f"{k}={v}" for k, v in self._settings.items())],
                env={**os.environ, "ES_JAVA_OPTS": self._java},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        removed = str(self.data_dir) if self._own_data else ""
        self._guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "guard", str(self._process.pid), removed],
            stdin=self._guarded_by,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def wait_ready(self, timeout: float = 120) -> Self:
        """Wait until the server answers requests; `timeout` in seconds. Raises `ServerFailed`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self.running:
                raise ServerFailed(f"{self.url} ended:\n{self.log[-4000:]}")
            try:
                _health(self.url, wait_for_status="yellow", timeout="2s")
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise ServerFailed(f"{self.url} does not answer after {timeout} s:\n{self.log[-4000:]}")

    @property
    def running(self) -> bool:
        """The process is there, paused or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What the server wrote since its first start."""
        return self._log_file.read_text(errors="replace") if self._log_file.exists() else ""

    @property
    def _log_file(self) -> Path:
        return self.data_dir / "server.log"

    def kill(self) -> None:
        """End it at once, as a loss of power does (SIGKILL); it need not run."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait for it; it need not run."""
        self.resume()
        self._end(signal.SIGTERM)

    def restart(self) -> Self:
        """Stop it where it runs, start it with the data it has, and wait until it answers."""
        self.stop()
        return self.start().wait_ready()

    def pause(self) -> None:
        """Freeze it: connections are accepted, by the kernel, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Kill it, and remove its data unless the folder was given."""
        self.kill()
        if self._own_data:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self.running:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        # The guard goes first: once the process is waited for, its number may be given to another.
        if self._guard is not None:
            self._guard.kill()
            if self._guard.stdin is not None:
                self._guard.stdin.close()
            self._guard.wait()
            self._guard = None
        if self._process is not None:
            self._signal(number)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def start_node(
    port: int = 0,
    data_dir: Path | None = None,
    settings: Mapping[str, str] | None = None,
    heap: str = "256m",
    java: str = QUICK_JAVA,
) -> Node:
    """A server of one node that answers; a free port when 0. Use it in a `with`, or call `close`."""
    node = Node(port=port, data_dir=data_dir, settings=settings, heap=heap, java=java)
    try:
        return node.start().wait_ready()
    except BaseException:
        node.close()
        raise


class Cluster:
    """Several nodes that know each other. A node is called by its place, from 0."""

    def __init__(self, size: int, *, settings: Mapping[str, str] | None = None, heap: str = "256m") -> None:
        names = [f"node-{number}" for number in range(size)]
        ports = [free_port() for _ in names]
        together = {
            "cluster.name": f"portail-test-{random.SystemRandom().getrandbits(32):08x}",
            "cluster.initial_master_nodes": ",".join(names),
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in ports),
            **(settings or {}),
        }
        self.nodes = [
            Node(settings={"node.name": name, "transport.port": str(port), **together}, heap=heap)
            for name, port in zip(names, ports, strict=True)
        ]

    @property
    def urls(self) -> list[str]:
        """The addresses of all nodes, running or not."""
        return [node.url for node in self.nodes]

    def kill(self, number: int) -> None:
        """End one node at once (SIGKILL)."""
        self.nodes[number].kill()

    def start(self, number: int) -> None:
        """Start a node that was ended, with its data. See `wait_for`."""
        self.nodes[number].start()

    def wait_for(self, status: str, nodes: int, timeout: float = 180) -> dict:
        """The health of the cluster, once it is `status` (or better) with so many nodes. Raises `ServerFailed`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for node in self.nodes:
                if node.running:
                    try:
                        return _health(node.url, wait_for_status=status, wait_for_nodes=str(nodes), timeout="2s")
                    except OSError:
                        time.sleep(0.1)
        logs = "\n".join(node.log[-1500:] for node in self.nodes)
        raise ServerFailed(f"the cluster is not {status} with {nodes} nodes after {timeout} s:\n{logs}")

    def close(self) -> None:
        """Kill every node and remove their data."""
        for node in self.nodes:
            node.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def start_cluster(size: int = 3, settings: Mapping[str, str] | None = None, heap: str = "256m") -> Cluster:
    """A green cluster of so many nodes. Use it in a `with`, or call `close`."""
    cluster = Cluster(size, settings=settings, heap=heap)
    try:
        for node in cluster.nodes:
            node.start()
        cluster.wait_for("green", nodes=size)
    except BaseException:
        cluster.close()
        raise
    return cluster


class SharedServer:
    """The one server of a whole run of pytest, started by the first test that asks, in whichever process.

    The process that opens the run holds a pipe until it ends, and the guard of the server listens to it. Processes
    started by that one (workers of pytest-xdist, a pytest within a test) find the folder there and hold nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pipe = folder / "run-ends"
        self._held: int | None = None
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            return
        os.mkfifo(self._pipe)
        self._held = os.open(self._pipe, os.O_RDWR)

    def url(self) -> str:
        """Its address, once it answers. Raises `ServerFailed`, at once if the start has failed before."""
        address, failure = self._folder / "url", self._folder / "failure"
        with FileLock(self._folder / "lock"):
            if failure.exists():
                raise ServerFailed(failure.read_text())
            if not address.exists():
                # Opened without waiting for the other end: if the run is over, the guard acts at once.
                pipe = os.open(self._pipe, os.O_RDONLY | os.O_NONBLOCK)
                os.set_blocking(pipe, True)
                node = Node(heap="512m", guarded_by=pipe)
                try:
                    (self._folder / "data").write_text(str(node.data_dir))
                    node.start().wait_ready()
                except BaseException as error:
                    failure.write_text(str(error))
                    node.close()
                    raise
                finally:
                    os.close(pipe)
                address.write_text(node.url)
            return address.read_text()

    def close(self) -> bool:
        """End the run: the server goes, and its data. Does nothing, and says so, where another opened the run."""
        if self._held is None:
            return False
        os.close(self._held)
        self._held = None
        data = self._folder / "data"
        if data.exists():
            _wait_until_gone(Path(data.read_text()))
        shutil.rmtree(self._folder, ignore_errors=True)
        return True


def _temporary_folder() -> Path:
    """In memory where there is room: creating an index waits for the disk three times as long as for anything else."""
    roomy = _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free > 2 * 1024**3
    return Path(tempfile.mkdtemp(prefix="portail-elasticsearch-", dir=_SHARED_MEMORY if roomy else None))


def _health(url: str, **wanted: str) -> dict:
    """`_cluster/health`; an answer that says « not yet » is an `OSError` like the others (408)."""
    asked = "&".join(f"{name}={value}" for name, value in wanted.items())
    with urllib.request.urlopen(f"{url}/_cluster/health?{asked}", timeout=5) as answer:
        return json.load(answer)


def _wait_until_gone(path: Path, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
