"""`mockorders serve`: from options to a server that says when it is ready."""

import asyncio
import contextlib
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockorders.commands.failure import Failure, Misuse

if TYPE_CHECKING:
    from mockorders.core import Core
    from mockorders.serving import Address


def run(options: Mapping[str, Any]) -> None:
    """Serve until told to stop; Failure where the start fails."""
    # Until the loop listens: as the first process of a container it would ignore the signal.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _log(options)
    with _without_authorities():
        import aiohttp  # noqa: F401 - see there

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))


async def _serve(options: Mapping[str, Any]) -> None:
    from mockorders.app import make_app
    from mockorders.serving import Listener, told_to_stop

    core, address, told = _core(options), _address(options), told_to_stop()
    listener = Listener(make_app(core), address)
    try:
        url = await listener.start()
    except OSError as error:
        why = error.strerror or str(error)
        message = f"cannot listen on {address.host}:{address.port}: {why} (--port 0 takes a free port)"
        raise Failure(message) from error
    _greet(core, url)
    async with _watching(core, wanted=options["watch"]):
        await told.wait()
    await listener.stop()


@contextlib.asynccontextmanager
async def _watching(core: "Core", *, wanted: bool) -> AsyncIterator[None]:
    """Take fixture files anew when they change, where that is wanted."""
    if not wanted:
        yield
        return
    from mockorders.watching import watch

    task = asyncio.create_task(watch(core, lambda line: print(f"mockorders: {line}", file=sys.stderr, flush=True)))
    try:
        yield
    finally:
        task.cancel()


def _core(options: Mapping[str, Any]) -> "Core":
    from mockorders.clock import parse_time
    from mockorders.core import Core
    from mockorders.errors import FixtureError
    from mockorders.options import Options

    try:
        clock = None if options["clock"] is None else parse_time(options["clock"])
    except ValueError as error:
        message = f"--clock: expected a time such as 2017-03-21T00:00:00Z, got {options['clock']!r}"
        raise Misuse(message) from error
    chosen = Options(
        fixtures=options["fixtures"],
        profile=options["profile"],
        strict=options["strict"],
        clock=clock,
        credentials=_credentials(options["credentials"]),
        max_sandboxes=options["max_sandboxes"],
        allow_origins=options["allow_origin"],
        allow_hosts=options["allow_host"],
        control_token=options["control_token"],
        journal_memory=options["journal_memory"],
    )
    try:
        core = Core.of(chosen)
    except FixtureError as error:
        message = f"--fixtures: {error.detail}"
        raise Failure(message) from error
    if options["watch"] and not core.sets.sources.watched:
        message = "--watch: expected a file or a folder of --fixtures to watch"
        raise Misuse(message)
    return core


def _address(options: Mapping[str, Any]) -> "Address":
    from mockorders.serving import Address

    return Address(options["host"], options["port"], _tls(options["tls_cert"], options["tls_key"]))


def _tls(cert: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if cert is None and key is None:
        return None
    if cert is None:
        message = "--tls-key: expected --tls-cert beside it"
        raise Misuse(message)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key)
    except OSError as error:
        message = f"--tls-cert {cert}: expected a certificate and its key in PEM: {error.strerror or error}"
        raise Failure(message) from error
    return context


def _credentials(file: Path | None) -> Mapping[str, str | None] | None:
    if file is None:
        return None
    from mockorders.wire import parse_json

    try:
        value = parse_json(file.read_bytes())
    except (OSError, ValueError) as error:
        message = f"--credentials {file}: expected a JSON file that can be read: {error}"
        raise Failure(message) from error
    if not isinstance(value, dict) or not all(isinstance(each, str | None) for each in value.values()):
        message = f'--credentials {file}: expected {{"name": "secret" or null, ...}}'
        raise Failure(message)
    return value


def _greet(core: "Core", url: str) -> None:
    """Say that requests are answered, on a line of its own, and where everything is."""
    from mockorders.control.greetings import greetings

    lines = [f"mockorders ready on {url}"]
    for title, base, credential, curl in greetings(core, url):
        lines += [f"{title}: {base}  credential {credential}", f"  {curl}"]
    print("\n".join(lines), flush=True)


def _log(options: Mapping[str, Any]) -> None:
    """Set up the log: a line for each request on a terminal or where it is asked for."""
    from mockorders.logs import set_up

    wanted = options["log_requests"] or (sys.stderr.isatty() and not options["quiet"])
    set_up(each=wanted, form=options["log_format"])


@contextlib.contextmanager
def _without_authorities() -> Iterator[None]:
    """Let aiohttp be imported without reading every certificate authority of the machine.

    It makes a client's TLS context on import, a fifth of the whole start; a server never uses it.
    """
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, os.devnull))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
