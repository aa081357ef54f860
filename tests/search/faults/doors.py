"""A door between the processes and a server: open, closed, or held open by somebody who says nothing."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit


class Door:
    """Hands everything on to `target_url`, at `url`.

    `shut`: connections are refused or cut. `hang`: they are taken, and nothing is answered until `open`.
    `on_request`: what to do, once, before the nth request whose first line holds a word reaches the server.
    """

    def __init__(self, target_url: str) -> None:
        target = urlsplit(target_url)
        self._target = (target.hostname or "127.0.0.1", target.port or 9200)
        self._guard = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._open = threading.Event()
        self._refuses = False
        self._watch: tuple[bytes, int, Callable[[], None]] | None = None
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def open(self) -> None:
        """As if nothing stood there."""
        self._refuses = False
        self._open.set()

    def shut(self) -> None:
        """Nobody gets through, and those inside are cut off."""
        self._refuses = True
        self._open.set()
        self._cut()

    def hang(self) -> None:
        """Connections are taken and requests are read; neither they nor answers go through before `open`."""
        self._refuses = False
        self._open.clear()

    def on_request(self, word: str, number: int, action: Callable[[], None]) -> None:
        """Do something, once, before the nth request from now that holds a word in its first line goes through."""
        self._watch = (word.encode(), number, action)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.shut()

    def _accept(self) -> None:
        while True:
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            if self._refuses:
                inner.close()
                continue
            threading.Thread(target=self._serve, args=[inner], daemon=True).start()

    def _serve(self, inner: socket.socket) -> None:
        self._open.wait()
        try:
            outer = socket.create_connection(self._target, timeout=5)
        except OSError:
            inner.close()
            return
        outer.settimeout(None)
        with self._guard:
            self._pairs.append((inner, outer))
        if self._refuses:
            self._cut()
        threading.Thread(target=self._pump, args=[outer, inner, False], daemon=True).start()
        self._pump(inner, outer, True)

    def _pump(self, source: socket.socket, sink: socket.socket, asks: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if asks:
                    self._look(data)
                self._open.wait()
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _look(self, data: bytes) -> None:
        with self._guard:
            if self._watch is None:
                return
            word, number, action = self._watch
            first_line = data.partition(b"\r\n")[0]
            if b" HTTP/1.1" not in first_line or word not in first_line:
                return
            self._watch = (word, number - 1, action) if number > 1 else None
        if number == 1:
            action()

    def _cut(self) -> None:
        with self._guard:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
