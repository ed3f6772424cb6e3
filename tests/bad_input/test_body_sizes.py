"""Bodies that are too large, declared or chunked."""

from collections.abc import Iterable

import pytest
from support.bad_requests import BOTH, CRATEJOY, ORDER, error_messages, exchange, http, note
from support.emulator import RunningEmulator

MIB = 2**20


def chunked(body: bytes, size: int = 65536) -> Iterable[bytes]:
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


# The size of bodies


async def test_body_of_one_mebibyte_is_accepted(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("PUT", "/orders/75572230/", data=note(MIB))
    assert (200, MIB - 11) == (reply.status, len(reply.json["note"]))


async def test_chunked_body_of_one_mebibyte_is_accepted(emulator: RunningEmulator) -> None:
    reply = await exchange(emulator, http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY), *chunked(note(MIB)))
    assert (200, MIB - 11) == (reply.status, len(reply.json["note"]))


TOO_LARGE = ["body: expected at most 1048576 bytes"]


@pytest.mark.parametrize("size", [MIB + 1, 3 * MIB])
@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_body_over_one_mebibyte_is_rejected(
    victim: RunningEmulator, method: str, path: str, headers: dict[str, str], size: int
) -> None:
    reply = await exchange(victim, http(method, path, note(size), **headers))
    assert (413, TOO_LARGE) == (reply.status, error_messages(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_chunked_body_over_one_mebibyte_is_rejected(
    victim: RunningEmulator, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = await exchange(victim, http(method, path, Transfer_Encoding="chunked", **headers), *chunked(note(MIB + 1)))
    assert (413, TOO_LARGE) == (reply.status, error_messages(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_endless_chunks_are_rejected(
    victim: RunningEmulator, method: str, path: str, headers: dict[str, str]
) -> None:
    endless = [b"10000\r\n" + b"n" * 65536 + b"\r\n"] * 64
    reply = await exchange(victim, http(method, path, Transfer_Encoding="chunked", **headers), *endless)
    assert (413, TOO_LARGE) == (reply.status, error_messages(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_declared_length_alone_allocates_no_memory(
    victim: RunningEmulator, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = await exchange(victim, http(method, path, Content_Length="99999999999999", **headers), note(2 * MIB))
    assert (413, TOO_LARGE) == (reply.status, error_messages(reply))
