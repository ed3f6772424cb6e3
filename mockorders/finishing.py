"""The last step of every response: the headers that all responses have, and the API's own wrapping."""

from dataclasses import replace

from mockorders.__version__ import __version__
from mockorders.apis.messages import Answer
from mockorders.reading import ParsedHead

SERVER = f"mockorders/{__version__}"


def finish_response(head: ParsedHead, response: Answer) -> Answer:
    """Return a response as it is sent; a cached response was finished when it was cached."""
    if response.finished is not None:
        return response.finished
    headers = {**response.headers, "Server": SERVER, **head.cors_headers}
    return head.api.dialect.dress(head.request, replace(response, headers=headers))
