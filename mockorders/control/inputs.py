"""Helpers that read the inputs of control endpoints: emulator, sandbox, body."""

import asyncio
import gc
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.hdrs import CONTENT_ENCODING

from mockorders.budget import Charge
from mockorders.emulator import Emulator
from mockorders.errors import DATA_REPLACED_MESSAGE, ProblemError
from mockorders.formats.long_json import parse_long_json
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.http.codings import (
    DecodedSizeError,
    UnsupportedCodingError,
    check_transfer_coding,
    codings_of,
    decode_body,
)
from mockorders.real_time import monotonic
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.drafts import any_draft
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.release import paused_gc
from mockorders.validation.violations import Violation

EMULATOR = web.AppKey("emulator", Emulator)
MAX_BODY_BYTES = 2**20
MAX_UNDECLARED_BYTES = 64 * 2**20
SHORT_BYTES = 2**16  # of a document that is parsed in the event loop
BYTES_PER_BYTE = 4  # that a document takes in memory while it is read
MIN_VALUE_LENGTH = 8
MAX_VALUES = 10_000_000
BODY_SECONDS = 60


def get_emulator(request: web.Request) -> Emulator:
    """Return the emulator that the request's application controls."""
    return request.config_dict[EMULATOR]


async def get_sandbox(request: web.Request) -> Sandbox:
    """Return the sandbox named in the path; create it if it does not exist."""
    sandbox = await get_emulator(request).sandboxes.get_or_create(sandbox_name(request))
    sandbox.used_at = monotonic()
    return sandbox


def sandbox_name(request: web.Request) -> str:
    """Return the sandbox's name in the path. Raises ProblemError (422) if it is not a valid credential."""
    return validate_name(request.match_info["name"])


def validate_name(name: str) -> str:
    """Return a sandbox's name unchanged. Raises ProblemError (422) if it is not a valid credential."""
    credential = Credential.parse(name)
    if credential is None or credential.name != name:
        detail = "expected a sandbox name: 1 to 200 visible characters, without @CUSTOMER"
        raise ProblemError(422, "Invalid sandbox name", detail)
    return name


async def read_json(request: web.Request) -> Any:
    """Read a JSON body of at most 1 MiB, and import what describes violations.

    Raises ProblemError (400, 408, 413 or 415).
    """
    raw = await read_body(request, MAX_BODY_BYTES)
    await get_emulator(request).validator.load_descriptions()
    try:
        return parse_json(raw)
    except ParseError as error:
        raise ProblemError(400, "Unreadable body", str(error)) from error


async def read_json_for(request: web.Request, sandbox: Sandbox) -> Any:
    """Read a JSON body that changes a sandbox.

    Raises ProblemError as `read_json` does, and 409 if the sandbox's data was replaced before the body arrived.
    """
    generation = sandbox.generation
    value = await read_json(request)
    ensure_generation(sandbox, generation)
    return value


@asynccontextmanager
async def document_of(request: web.Request, extract: Callable[[bytes], bytes] = bytes) -> AsyncIterator[Any]:
    """Read a JSON body with fixtures; its memory is counted while the block runs. `extract` takes it out of a form.

    It is limited by the memory that is left, and to 64 MiB if its length is not declared, because it is compressed or
    chunked. Raises ProblemError as `read_json` does, or MemoryLimitError.
    """
    memory = get_emulator(request).memory
    declared = None if CONTENT_ENCODING in request.headers else request.content_length
    charge = memory.documents.count(0)
    _count_document(charge, declared or 0)
    raw = await read_body(request, MAX_UNDECLARED_BYTES if declared is None else memory.limit)
    _count_document(charge, len(raw))
    content = await asyncio.to_thread(extract, raw) if len(raw) > MAX_BODY_BYTES else extract(raw)
    yield await _parse(content)


async def _parse(raw: bytes) -> Any:
    """Parse JSON, in a thread if it is long. A short document is not limited by its number of values."""
    try:
        if len(raw) <= SHORT_BYTES:
            return parse_json(raw, SHORT_BYTES)
        if not raw.startswith((b"{", BOM_UTF8)) and not raw.lstrip().startswith(b"{"):
            message = "expected an object"
            raise ParseError(message)
        return await asyncio.to_thread(_parse_document, raw)
    except ParseError as error:
        raise ProblemError(400, "Unreadable body", str(error)) from error


def _count_document(charge: Charge, length: int) -> None:
    if length > MAX_BODY_BYTES:
        charge.grow(BYTES_PER_BYTE * length - charge.size)


def _parse_document(raw: bytes) -> Any:
    with paused_gc():
        document = parse_long_json(raw, max(MAX_VALUES, len(raw) // MIN_VALUE_LENGTH))
        gc.freeze()
    return document


def ensure_generation(sandbox: Sandbox, generation: int) -> None:
    """Raise ProblemError (409) if the sandbox's data was replaced since it had this generation."""
    if sandbox.generation != generation:
        raise ProblemError(409, "Data replaced", DATA_REPLACED_MESSAGE)


async def read_body(request: web.Request, max_bytes: int) -> bytes:
    """Read a body, and decode its content coding in a thread. It is kept if the request may be handled again.

    Raises ProblemError: 400 if it is unreadable, 408 if it is slow, 413 above `max_bytes`, 415 if its coding is not
    supported.
    """
    draft = any_draft()
    if draft is None:
        return await _read_body(request, max_bytes)
    if draft.body is None:
        draft.body = await _read_body(request, max_bytes)
    return draft.body


async def _read_body(request: web.Request, max_bytes: int) -> bytes:
    try:
        check_transfer_coding(request)
        codings = codings_of(request)
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.clone(client_max_size=max_bytes).read()
        return await asyncio.to_thread(decode_body, body, codings, max_bytes) if codings else body
    except TimeoutError as error:
        raise ProblemError(408, "Request timeout", f"expected the body within {BODY_SECONDS} s") from error
    except (web.HTTPRequestEntityTooLarge, DecodedSizeError) as error:
        raise ProblemError(413, "Content too large", f"expected a body of at most {max_bytes} bytes") from error
    except UnsupportedCodingError as error:
        raise ProblemError(415, "Unsupported content coding", str(error)) from error
    except (web.RequestPayloadError, ValueError) as error:
        raise ProblemError(400, "Unreadable body", str(error)) from error


class UnprocessableError(ProblemError):
    """A well-formed but invalid value: `violations` are pairs of JSON pointer and message, never empty.

    `pointer` and `message` of the problem document are those of the first violation.
    """

    def __init__(self, detail: str, violations: Sequence[tuple[str, str]]) -> None:
        pointer, message = violations[0]
        listed = [{"pointer": place, "message": text} for place, text in violations]
        super().__init__(422, "Invalid body", detail, pointer=pointer, message=message, violations=listed)
        self.violations = violations


def raise_for_violations(violations: Sequence[Violation]) -> None:
    """Raise UnprocessableError if there are any violations. Unknown properties come first."""
    if violations:
        ordered = sorted(violations, key=lambda violation: not violation.is_unknown_property)
        pairs = [(violation.pointer, violation.advice) for violation in ordered]
        raise UnprocessableError(ordered[0].as_sentence() + ordered[0].suggestion, pairs)


def unprocessable(pointer: str, detail: str, *, message: str) -> UnprocessableError:
    """Return the error of a single violation."""
    return UnprocessableError(detail, [(pointer, message)])
