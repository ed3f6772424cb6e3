"""A client that returns responses as they were received."""

import socket


class RawClient:
    """A keep-alive connection; `headers` are sent with every request."""

    def __init__(self, url: str, *headers: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=20)
        self._file = self._socket.makefile("rb")
        self._headers = headers
        self.peer = (host, int(port))

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def request(self, target: str, *headers: str, method: str = "GET", body: bytes = b"") -> tuple[list[str], bytes]:
        """Send a request; return the lines of the head, and the body."""
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *self._headers, *headers]
        lines += [f"Content-Length: {len(body)}"] if body else []
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        head = list(iter(lambda: self._file.readline().decode().rstrip("\r\n"), ""))
        lengths = [int(line.partition(": ")[2]) for line in head if line.lower().startswith("content-length")]
        return head, self._file.read(0 if method == "HEAD" else sum(lengths))
