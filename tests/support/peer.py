"""A raw connection to an emulator."""

import socket
from contextlib import closing


class Peer:
    """A connection that sends bytes and reads responses."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self._file = self.socket.makefile("rb")

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def send(self, *pieces: bytes) -> bytes:
        """Send pieces one after the other, and return one response."""
        for piece in pieces:
            self._wait_for_processing()
            self.socket.sendall(piece)
        return self.read()

    def read(self) -> bytes:
        head = b"".join(iter(self._file.readline, b"\r\n"))
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
        return head + self._file.read(length)

    def _wait_for_processing(self) -> None:
        """Let the server handle what was sent: it handles another connection's request after that."""
        with closing(socket.create_connection(self.socket.getpeername(), timeout=20)) as other:
            other.sendall(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
            other.recv(65536)
