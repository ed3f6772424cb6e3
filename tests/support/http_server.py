"""An HTTP server in a thread, for responses that the emulator does not send."""

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class QuietServer(ThreadingHTTPServer):
    """A server that prints nothing if a client disconnects, at a time when another test may read the output."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print an error, unless it is that of a connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
