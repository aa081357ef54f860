"""Processes that write, drain and rebuild, to be killed.

`python -m tests.search.faults.agent SOCKET` reads everything once, then forks a process for whoever connects, until
its standard input is closed. A line of JSON asks such a process for a deed (`deeds.py`); a line of JSON answers.
"""

import json
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parent.parent.parent.parent
# The code whose steps are counted: what a process does between two of them is Python's own or a library's.
_SEARCH = str(_REPOSITORY / "search")


def main(address: str) -> None:
    """Fork a process for each connection."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.search.faults.settings"
    import django

    django.setup()
    import elasticsearch.dsl  # noqa: F401
    import tantivy  # noqa: F401

    from search.engines import elastic, embedded  # noqa: F401
    from tests.search.faults import deeds  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(16)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        if sys.stdin in select.select([listener, sys.stdin], [], [])[0]:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            # Commands that it runs may wait for processes of their own.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _serve(connection)
            os._exit(0)
        connection.close()


def _serve(connection: socket.socket) -> None:
    lines = connection.makefile("rw", encoding="utf-8")
    _settle(json.loads(lines.readline()))
    _tell(lines, os.getpid())
    for line in lines:
        asked = json.loads(line)
        _tell(lines, _do(asked))


def _tell(lines, answer) -> None:
    lines.write(json.dumps(answer) + "\n")
    lines.flush()


def _settle(place: dict) -> None:
    from django.conf import settings
    from django.db import connections

    connections.settings["default"]["NAME"] = place["database"]
    connections["default"].settings_dict["NAME"] = place["database"]
    settings.SEARCH_INDEX_DIR = Path(place["directory"])
    settings.SEARCH_INDEX_PREFIX = place["prefix"]
    settings.ELASTICSEARCH_URL = place["elasticsearch"]
    settings.ELASTICSEARCH_OPTIONS = settings.ELASTICSEARCH_OPTIONS | place["options"]


def _do(asked: dict) -> dict:
    from tests.search.faults import deeds

    started = time.monotonic()
    with _Steps(asked["at_step"], signal.Signals(asked["signal"])) as steps:
        try:
            answer = {"answer": getattr(deeds, asked["deed"])(*asked["arguments"], **asked["options"])}
        except BaseException as error:
            answer = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
    return answer | {"seconds": time.monotonic() - started, "steps": steps.taken}


class _Steps:
    """Counts every call of and from the code of the search, in whichever thread; at one, signals its own process."""

    def __init__(self, at_step: int | None, number: signal.Signals) -> None:
        self.taken = 0
        self._at = at_step
        self._signal = number

    def _step(self, frame, event, _argument) -> None:
        if event in ("call", "c_call") and frame.f_code.co_filename.startswith(_SEARCH):
            self.taken += 1
            if self.taken == self._at:
                os.kill(os.getpid(), self._signal)

    def __enter__(self):
        if self._at is not None:
            sys.setprofile(self._step)
            threading.setprofile(self._step)
        return self

    def __exit__(self, *error: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)


if __name__ == "__main__":
    main(sys.argv[1])
