"""`python -m mockorders.health`: exit code 0 if the emulator of this container responds, else 1.

A container's health check, configured by the environment variables of `mockorders serve`. It runs every few seconds, so
it imports as little as possible: with http.client it would take half as long again.
"""

import os
import socket
import sys

from mockorders.environment import is_service_link

DEFAULT_PORT = "8080"
TIMEOUT_SECONDS = 2
REQUEST = b"GET /_mockorders/health HTTP/1.0\r\nHost: localhost\r\n\r\n"
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - connected to, not bound


def check() -> None:
    """Request the emulator's health. Raises OSError if there is no response with status 200."""
    host = os.environ.get("MOCKORDERS_HOST", "").strip("[]") or "127.0.0.1"
    port = os.environ.get("MOCKORDERS_PORT") or DEFAULT_PORT
    if is_service_link("MOCKORDERS_PORT", port):
        port = DEFAULT_PORT
    if not port.isdecimal():
        message = f"MOCKORDERS_PORT: expected a number, got {port!r}"
        raise OSError(message)
    with (
        socket.create_connection((LOOPBACK.get(host, host), port), TIMEOUT_SECONDS) as plain,
        _secured(plain) as connection,
    ):
        connection.sendall(REQUEST)
        line = connection.makefile("rb").readline(64)
    if b" 200 " not in line:
        message = f"port {port} of {host}: expected 200, got {line!r}"
        raise OSError(message)


def _secured(connection: socket.socket) -> socket.socket:
    """Wrap the connection in TLS if the emulator serves HTTPS; the certificate is not verified."""
    if not os.environ.get("MOCKORDERS_TLS_CERT"):
        return connection
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection)


if __name__ == "__main__":
    try:
        check()
    except (OSError, OverflowError) as error:
        sys.exit(f"mockorders: not healthy: {error}")
