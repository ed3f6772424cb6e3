"""Report that the process has no file descriptors left for new connections."""

import asyncio
import errno
import logging
from collections.abc import Callable
from typing import Any

from mockorders.real_time import monotonic

WARNING_SECONDS = 1.0
MESSAGE = (
    "no file descriptors left: new connections wait until others are closed; "
    "close unused connections, or increase the limit (ulimit -n)"
)
_ERRORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

log = logging.getLogger("mockorders")

Context = dict[str, Any]
Handler = Callable[[asyncio.AbstractEventLoop, Context], object]


def report_resource_limit() -> None:
    """Let the running loop log one warning a second while connections cannot be accepted.

    asyncio retries after a second, but reports every attempt to accept a connection, with a traceback.
    """
    loop = asyncio.get_running_loop()
    previous = loop.get_exception_handler()
    if not isinstance(previous, ResourceLimitHandler):
        loop.set_exception_handler(ResourceLimitHandler(previous))


class ResourceLimitHandler:
    """An exception handler of event loops, which passes all other errors to the previous one."""

    def __init__(self, previous: Handler | None) -> None:
        self._previous = previous
        self._next_warning = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: Context) -> None:
        """Handle one error."""
        if _is_resource_limit(context):
            self._warn()
        elif _is_late_retry(context):
            return
        elif self._previous is None:
            loop.default_exception_handler(context)
        else:
            self._previous(loop, context)

    def _warn(self) -> None:
        if monotonic() >= self._next_warning:
            self._next_warning = monotonic() + WARNING_SECONDS
            log.warning(MESSAGE)


def _is_resource_limit(context: Context) -> bool:
    error = context.get("exception")
    return "socket" in context and isinstance(error, OSError) and error.errno in _ERRORS


def _is_late_retry(context: Context) -> bool:
    """Check whether asyncio tried to accept connections again after the socket was closed."""
    return isinstance(context.get("exception"), ValueError) and "._start_serving(" in context["message"]
