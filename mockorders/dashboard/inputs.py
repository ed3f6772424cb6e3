"""What a page is asked for: the sandbox of its path, the fields of a form."""

from collections.abc import Mapping

from aiohttp import web

from mockorders.control.inputs import get_emulator, read_body
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.errors import ProblemError
from mockorders.formats.parsing import ParseError, parse_query
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.sandbox import Sandbox

MAX_FORM_BYTES = 2**20


def viewed_sandbox(request: web.Request) -> Sandbox:
    """Give the sandbox that the path names, which looking never makes; Problem 404 where there is none.

    Requests without a credential are journalled in one that is there before anybody asked for it.
    """
    emulator = get_emulator(request)
    if request.match_info["name"] == ANONYMOUS:
        return emulator.sandboxes.get(ANONYMOUS) or emulator.sandboxes.anonymous
    return get_sandbox_or_404(request)


async def read_form(request: web.Request) -> Mapping[str, str]:
    """Read the fields of a form, the first of each name; Problem 400, 408 or 413 where they cannot be read."""
    raw = await read_body(request, MAX_FORM_BYTES)
    try:
        pairs = parse_query(raw.decode("ascii"), "The form")
    except (ParseError, UnicodeDecodeError) as error:
        raise ProblemError(400, "The form cannot be read", str(error)) from error
    return {name: value.replace("\r\n", "\n") for name, value in reversed(pairs)}
