"""Follow where requests end in the input of a connection, without parsing them."""

import re

METHOD = b"GET "
HEAD_END = b"\r\n\r\n"
MAX_WHOLE_BYTES = 4_096
MAX_HEAD_BYTES = 2**16

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*\r\n")


class RequestBoundary:
    """Whether the input so far certainly ends with the end of a request.

    Once that is not certain, as after a head in several pieces or a chunked body, it never is again.
    """

    __slots__ = ("_missing",)

    def __init__(self) -> None:
        self._missing = 0  # bytes of the body; below 0 if it is not certain

    @property
    def is_certain(self) -> bool:
        """Whether the next byte is the first of a request."""
        return self._missing == 0

    def feed(self, data: bytes) -> None:
        """Follow the next bytes."""
        if self._missing > 0:
            self._missing -= len(data)
        elif self._missing == 0 and data:  # aiohttp feeds nothing to resume
            self._missing = _missing(data)


def is_whole(data: bytes) -> bool:
    """Check whether bytes are the whole head of one GET request, not too long to be cached."""
    is_head = len(data) < MAX_WHOLE_BYTES and data.startswith(METHOD) and data.endswith(HEAD_END)
    return is_head and data.find(HEAD_END) == len(data) - len(HEAD_END)


def _missing(data: bytes) -> int:
    """Return how many bytes of its body a request lacks, or -1 if that is not certain."""
    end = data.find(HEAD_END, 0, MAX_HEAD_BYTES) + len(HEAD_END)
    head = data[:end].lower()
    if end < len(HEAD_END) or b"\r\ntransfer-encoding" in head:
        return -1
    length = _LENGTH.search(head)
    return max(-1, (0 if length is None else int(length[1])) - (len(data) - end))
