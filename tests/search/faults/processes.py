"""The test's end of `agent.py`: real processes around one database and one index."""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

REPOSITORY = Path(__file__).resolve().parent.parent.parent.parent
# Seconds that whoever looks at the end gives the server: a slow machine is no fault.
_PATIENT = {"timeout": 20.0, "write_timeout": 20.0, "build_timeout": 60.0}
_CLEAN = "authors : 0 manquants, 0 périmés, 0 superflus\nbooks : 0 manquants, 0 périmés, 0 superflus\n"


class Died(Exception):  # noqa: N818
    """The process was killed before it answered."""


class DeedFailed(Exception):  # noqa: N818
    """The deed raised; the message is what it raised."""


class Nursery:
    """Forks processes that have read everything already."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "agents")
        self.log = folder / "agents.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.search.faults.agent", self.address],
                cwd=REPOSITORY,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n", self.log.read_text()

    def close(self) -> None:
        """No more processes."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Process:
    """One process of a portal. Ends with the `with`, when it is closed, or when it is killed."""

    def __init__(self, nursery: Nursery, place: dict[str, Any]) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(120)
        self._socket.connect(nursery.address)
        self._lines = self._socket.makefile("rw", encoding="utf-8")
        self._send(place)
        self.pid = int(self._receive())
        self.seconds = 0.0
        self.steps = 0

    def begin(
        self,
        deed: str,
        *arguments: Any,
        dies_after: int | None = None,
        stops_after: int | None = None,
        **options: Any,
    ) -> Self:
        """Ask for a deed; `result` waits for it.

        `dies_after`, `stops_after`: the step (`agent.py`) at which it kills itself, or stops until `resume`.
        """
        number = signal.SIGKILL if stops_after is None else signal.SIGSTOP
        at_step = dies_after if stops_after is None else stops_after
        self._send(
            {"deed": deed, "arguments": arguments, "options": options, "at_step": at_step, "signal": int(number)}
        )
        return self

    def result(self) -> Any:
        """The answer; `seconds` and `steps` are then what it took. Raises `DeedFailed`, `Died`."""
        told = self._receive()
        self.seconds, self.steps = told["seconds"], told["steps"]
        if "error" in told:
            raise DeedFailed(f"{told['error']}\n{told['trace']}")
        return told["answer"]

    def do(self, deed: str, *arguments: Any, **options: Any) -> Any:
        """Ask for a deed, and wait for it. Raises like `result`."""
        return self.begin(deed, *arguments, **options).result()

    def dies(self) -> bool:
        """Wait for the end of what it is doing; says whether that was its death."""
        try:
            self._receive()
        except Died:
            return True
        return False

    def stops(self) -> bool:
        """Wait until it stands still; says whether that was before it was finished."""
        while True:
            if select.select([self._socket], [], [], 0.005)[0]:
                return False
            state = subprocess.run(["ps", "-o", "state=", "-p", str(self.pid)], capture_output=True, text=True).stdout
            if state.startswith("T"):
                return True

    def waits(self, seconds: float) -> bool:
        """Give it some time; says whether it is still at it."""
        return not select.select([self._socket], [], [], seconds)[0]

    def kill(self) -> None:
        """SIGKILL, at once."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(Died):
            while True:
                self._receive()

    def pause(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _send(self, told: Any) -> None:
        try:
            self._lines.write(json.dumps(told) + "\n")
            self._lines.flush()
        except BrokenPipeError:
            raise Died from None

    def _receive(self) -> Any:
        try:
            line = self._lines.readline()
        except ConnectionResetError:
            line = ""
        if not line:
            raise Died
        return json.loads(line)

    def close(self) -> None:
        """Let it end by itself."""
        with suppress(ProcessLookupError):
            self.resume()
        with suppress(BrokenPipeError):
            self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


@dataclass
class World:
    """One database, one index, and the processes around them."""

    nursery: Nursery
    folder: Path
    prefix: str = "portail"
    elasticsearch: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    def settle(self, empty_database: Path) -> Self:
        """Begin with an empty database."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(empty_database, self.folder / "database.sqlite3")
        return self

    def process(self, **options: Any) -> Process:
        """A new process. `options`: of the connection to Elasticsearch, beside those of the world."""
        return Process(
            self.nursery,
            {
                "database": str(self.folder / "database.sqlite3"),
                "directory": str(self.folder / "index"),
                "prefix": self.prefix,
                "elasticsearch": self.elasticsearch,
                "options": {**self.options, **options},
            },
        )

    def do(self, deed: str, *arguments: Any, **options: Any) -> Any:
        """A deed of a process of its own. Raises like `Process.result`."""
        with self.process() as process:
            return process.do(deed, *arguments, **options)

    def kill_during(self, deed: str, *arguments: Any, dies_after: int, **options: Any) -> bool:
        """Have a process do it that dies at this step; says whether it did, or was finished before."""
        with self.process() as process:
            return process.begin(deed, *arguments, dies_after=dies_after, **options).dies()

    def steps_of(self, deed: str, *arguments: Any, **options: Any) -> int:
        """How many steps a deed takes, which is done."""
        with self.process() as process:
            process.do(deed, *arguments, dies_after=0, **options)
            return process.steps

    def recover(self) -> None:
        """`search_drain` until nothing waits. Raises `AssertionError` after a few tries."""
        with self.process(**_PATIENT) as process:
            told = ""
            for _ in range(5):
                told, code = process.do("command", "search_drain")
                if code == 0:
                    return
            raise AssertionError(told)

    def check(self) -> str:
        """What `search_rebuild --check` prints."""
        with self.process(**_PATIENT) as process:
            printed: str = process.do("command", "search_rebuild", "--check")[0]
        return printed

    def is_right(self) -> bool:
        """After recovery, the check finds no difference, and nothing waits or is set aside."""
        self.recover()
        assert self.check() == _CLEAN
        return True
