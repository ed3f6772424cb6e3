"""What control handlers share: the parts of the emulator, and bodies that are read and checked."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.sandbox import Sandbox
from mockorders.validation.violations import Violation

EMULATOR = web.AppKey("core", Emulator)
MAX_BODY_BYTES = 64 * 2**20
MAX_VALUES = 10_000_000
BODY_SECONDS = 60


def get_emulator(request: web.Request) -> Emulator:
    """Give the parts of the emulator."""
    return request.config_dict[EMULATOR]


async def get_sandbox(request: web.Request) -> Sandbox:
    """Give the sandbox that the path names, made now if need be, as its credential would."""
    return await get_emulator(request).sandboxes.get_or_create(sandbox_name(request))


def sandbox_name(request: web.Request) -> str:
    """Give the sandbox's name in the path; Problem 422 for one that no credential can have."""
    return validate_name(request.match_info["name"])


def validate_name(name: str) -> str:
    """Give a sandbox's name as it is; Problem 422 for one that no credential can have."""
    credential = Credential.parse(name)
    if credential is None or credential.name != name:
        detail = "expected the name of a sandbox: 1 to 200 visible characters, without @CUSTOMER"
        raise ProblemError(422, "No name of a sandbox", detail)
    return name


async def read_json(request: web.Request) -> Any:
    """Read a JSON body, in a thread, as it may be long; Problem 400, 408 or 413 where it cannot be read."""
    raw = await read_body(request)
    try:
        return await asyncio.to_thread(parse_json, raw, MAX_VALUES)
    except ParseError as error:
        raise ProblemError(400, "The body cannot be read", str(error)) from error


async def read_body(request: web.Request, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Read a body of at most so many bytes; Problem 400, 408 or 413 where it cannot be read."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.clone(client_max_size=max_bytes).read()
    except TimeoutError as error:
        raise ProblemError(408, "Too slow", f"expected the body within {BODY_SECONDS} s") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise ProblemError(413, "Too large", f"expected a body of at most {max_bytes} bytes") from error
    except (web.RequestPayloadError, ValueError) as error:
        raise ProblemError(400, "The body cannot be read", str(error)) from error


class UnprocessableError(ProblemError):
    """A value that can be read and is wrong: the document tells the first mistake, `violations` has all, by pointer."""

    def __init__(self, detail: str, violations: Sequence[tuple[str, str]]) -> None:
        pointer, expected = violations[0]
        super().__init__(422, "The body does not fit", detail, pointer=pointer, expected=expected)
        self.violations = violations


def raise_for_violations(violations: Sequence[Violation]) -> None:
    """Raise Unfit where there are mistakes."""
    if violations:
        raise UnprocessableError(
            violations[0].as_sentence(), [(violation.pointer, violation.message) for violation in violations]
        )


def unprocessable(pointer: str, detail: str, *, expected: str) -> UnprocessableError:
    """Give the problem of one mistake."""
    return UnprocessableError(detail, [(pointer, expected)])
