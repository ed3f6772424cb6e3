"""Inputs of the pages: the sandbox in the path and the fields of a form."""

from collections.abc import Callable, Mapping

from aiohttp import web
from aiohttp.helpers import parse_mimetype

from mockorders.apis.base import Api
from mockorders.control.inputs import ensure_generation, get_emulator, read_body
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.errors import ProblemError
from mockorders.formats.parsing import ParseError
from mockorders.formats.query_strings import parse_query
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.sandbox import Sandbox

MAX_FORM_BYTES = 2**20
MIN_DELIMITER = len("--")


def viewed_sandbox(request: web.Request) -> Sandbox:
    """Return the sandbox named in the path without creating it. Raises ProblemError (404) if it does not exist.

    The anonymous sandbox always exists, because it records requests without a credential.
    """
    emulator = get_emulator(request)
    if request.match_info["name"] == ANONYMOUS:
        return emulator.sandboxes.get(ANONYMOUS) or emulator.sandboxes.anonymous
    return get_sandbox_or_404(request)


def api_of(request: web.Request) -> Api:
    """Return the API named in the path, which has the collection of the request."""
    return next(api for api in get_emulator(request).apis if api.name == request.match_info["api"])


async def read_form(request: web.Request) -> Mapping[str, str]:
    """Read a form, the first value of each name, and import what describes violations.

    Raises ProblemError (400, 408 or 413) if it is unreadable.
    """
    raw = await read_body(request, MAX_FORM_BYTES)
    await get_emulator(request).validator.load_descriptions()
    try:
        pairs = parse_query(raw.decode("ascii"), "The form")
    except (ParseError, UnicodeDecodeError) as error:
        raise ProblemError(400, "Unreadable form", str(error)) from error
    return {name: value.replace("\r\n", "\n") for name, value in reversed(pairs)}


async def read_sandbox_form(request: web.Request) -> tuple[Sandbox, Mapping[str, str]]:
    """Return the sandbox named in the path, and a form that changes it.

    Raises ProblemError as `read_form` does, 404 if the sandbox does not exist, and 409 if its data was replaced before
    the form arrived.
    """
    sandbox = get_sandbox_or_404(request)
    generation = sandbox.generation
    fields = await read_form(request)
    ensure_generation(sandbox, generation)
    return sandbox, fields


def file_reader(request: web.Request) -> Callable[[bytes], bytes]:
    """Return the function that takes the file out of a form. It raises ProblemError (400) if there is none."""
    parameters = parse_mimetype(request.headers.get("Content-Type", "")).parameters
    delimiter = b"--" + parameters.get("boundary", "").encode("ascii", "replace")

    def read(body: bytes) -> bytes:
        head, _, rest = body.partition(b"\r\n\r\n")
        if len(delimiter) <= MIN_DELIMITER or not head.startswith(delimiter):
            raise ProblemError(400, "Unreadable form", "expected a form with a file")
        return rest.partition(b"\r\n" + delimiter)[0]

    return read
