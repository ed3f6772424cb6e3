"""What control handlers share: the parts of the emulator, and bodies that are read and checked."""

import asyncio
from typing import Any

from aiohttp import web

from mockorders.core import Core
from mockorders.errors import Problem
from mockorders.sandbox import Credential, Sandbox
from mockorders.wire import Unreadable, parse_json

CORE = web.AppKey("core", Core)
MAX_BODY = 64 * 2**20
MAX_VALUES = 10_000_000
BODY_SECONDS = 60


def core_of(request: web.Request) -> Core:
    """Give the parts of the emulator."""
    return request.config_dict[CORE]


async def sandbox_of(request: web.Request) -> Sandbox:
    """Give the sandbox that the path names, made now if need be, as its credential would."""
    return await core_of(request).sandboxes.find(name_of(request))


def name_of(request: web.Request) -> str:
    """Give the sandbox's name in the path; Problem 422 for one that no credential can have."""
    name = request.match_info["name"]
    credential = Credential.parse(name)
    if credential is None or credential.name != name:
        detail = "expected the name of a sandbox: 1 to 200 visible characters, without @CUSTOMER"
        raise Problem(422, "No name of a sandbox", detail)
    return name


async def body_of(request: web.Request, schema: str) -> Any:
    """Read a JSON body and check it: Problem 400 where it cannot be parsed, 422 where it does not fit the schema."""
    value = await json_of(request)
    for mistake in core_of(request).contract.mistakes(schema, value):
        raise unfit(mistake.pointer, mistake.sentence(), expected=mistake.message)
    return value


async def json_of(request: web.Request) -> Any:
    """Read a JSON body, in a thread, as it may be long; Problem 400, 408 or 413 where it cannot be read."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            raw = await request.clone(client_max_size=MAX_BODY).read()
        return await asyncio.to_thread(parse_json, raw, MAX_VALUES)
    except TimeoutError as error:
        raise Problem(408, "Too slow", f"expected the body within {BODY_SECONDS} s") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise Problem(413, "Too large", f"expected a body of at most {MAX_BODY} bytes") from error
    except (Unreadable, web.RequestPayloadError, ValueError) as error:
        raise Problem(400, "The body cannot be read", str(error)) from error


def unfit(pointer: str, detail: str, *, expected: str) -> Problem:
    """Give the problem of a value that can be read and is wrong."""
    return Problem(422, "The body does not fit", detail, pointer=pointer, expected=expected)
