"""Servers that give no answer: one that takes connections and says nothing, one that is not there."""

import socket
import threading
from contextlib import suppress
from typing import Self


class _Listener:
    """A socket of this machine, at `url`, closed at the end of a `with`."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class RefusingServer(_Listener):
    """Nobody listens: connections are refused at once. The port is taken, so that nobody else comes to listen."""


class HangingServer(_Listener):
    """Accepts every connection, reads what is sent, and never answers. `connections` counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.connections = 0
        self._open: list[socket.socket] = []
        self._socket.listen(128)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=_read, args=[connection], daemon=True).start()

    def close(self) -> None:
        # A thread that waits in accept() is woken by the shutdown, not by the close.
        self._socket.shutdown(socket.SHUT_RDWR)
        super().close()
        for connection in self._open:
            # Nor does a close tell the other side while a thread reads here.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def _read(connection: socket.socket) -> None:
    try:
        while connection.recv(65_536):
            pass
    except OSError:
        return
