"""`mockorders serve`: start a server, and announce when it is ready."""

import asyncio
import contextlib
import errno
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from mockorders.cli import garbage_collection
from mockorders.cli.errors import CommandError, CommandUsageError, fixture_command_error
from mockorders.config import Settings
from mockorders.formats.hosts import ip_address
from mockorders.storage.release import paused_gc

if TYPE_CHECKING:
    from mockorders.emulator import Emulator
    from mockorders.observability.logs import Format
    from mockorders.observability.stream_writer import StreamWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions(Settings):
    """The parsed options of `mockorders serve`: those of the emulator, and those of the process that serves it."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    watch: bool
    log_format: "Format"
    log_requests: bool
    quiet: bool


def run(options: ServeOptions) -> None:
    """Serve until stopped. Raises CommandError if the server cannot start."""
    with contextlib.ExitStack() as start, _output(options) as output:
        start.enter_context(paused_gc())  # a start creates many objects and frees few
        with _without_ca_certificates():
            import aiohttp  # noqa: F401 - imported for its side effect

        with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(options, output, start))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what creates the event loop: uvloop if it is installed (`mockorders[fast]`), else asyncio's default."""
    try:
        factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    except ImportError:
        return None
    return factory


async def _serve(options: ServeOptions, output: "Output", start: contextlib.ExitStack) -> None:
    """Serve until stopped; `start` is closed when the server is ready."""
    from mockorders.app import make_app
    from mockorders.http.listener import BindAddress, Listener, shutdown_signal
    from mockorders.store.records import StoreError

    emulator = _emulator(options)
    stop = shutdown_signal()
    listener = Listener(make_app(emulator), BindAddress(options.host, options.port, options.tls))
    try:
        await _reject_unspecified(options.host)
        url = await listener.start()
    except StoreError as error:  # of a database, which is connected to now
        message = f"--store: {error}"
        raise CommandUsageError(message) from error
    except OSError as error:
        advice = " (--port 0 selects a free port)" if error.errno == errno.EADDRINUSE else ""
        message = f"cannot listen on {options.host}:{options.port}: {error.strerror or error}{advice}"
        raise CommandError(message) from error
    start.close()
    garbage_collection.configure()
    output.out.write(_ready_text(emulator, url))
    async with _running(garbage_collection.collect_regularly()), _watching(emulator, output, enabled=options.watch):
        await stop.wait()
    await listener.stop()


async def _reject_unspecified(host: str) -> None:
    """Raise CommandUsageError if a name stands for all interfaces, which only an address may open.

    Raises OSError if the name is unknown.
    """
    if ip_address(host) is not None:
        return
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(each[4][0])) for each in found]
    if any(address is None or address.is_unspecified for address in addresses):
        message = f"--host: expected an address or the name of one, {host!r} stands for all interfaces (0.0.0.0)"
        raise CommandUsageError(message)


@contextlib.asynccontextmanager
async def _watching(emulator: "Emulator", output: "Output", *, enabled: bool) -> AsyncIterator[None]:
    """Reload fixture files when they change, if enabled."""
    if not enabled:
        yield
        return
    from mockorders.sandbox.reload import watch

    async with _running(watch(emulator.sets, emulator.sandboxes, output.report)):
        yield


@contextlib.asynccontextmanager
async def _running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run a coroutine while the block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()


def _emulator(options: ServeOptions) -> "Emulator":
    from mockorders.emulator import Emulator
    from mockorders.fixture_sets.errors import FixtureError
    from mockorders.store.records import StoreError

    try:
        emulator = Emulator.of(options)
    except FixtureError as error:
        raise fixture_command_error(error, "--fixtures: ") from error
    except StoreError as error:
        message = f"--store: {error}"
        raise CommandUsageError(message) from error
    if options.watch and not emulator.sets.files.watched:
        message = "--watch: expected a file or a folder of --fixtures to watch"
        raise CommandUsageError(message)
    return emulator


def _ready_text(emulator: "Emulator", url: str) -> str:
    """Return the ready line with the URL for programs; then the dashboard, and an example of each API."""
    from mockorders.control.quickstart import quickstart
    from mockorders.formats.hosts import browser_url

    base_url = browser_url(url)
    lines = [f"mockorders ready on {url}", f"Dashboard: {base_url}/_mockorders/"]
    for title, base, credential, curl in quickstart(emulator, base_url):
        lines += [f"{title}: {base}  credential {credential}", f"  {curl}"]
    return "\n".join(lines)


class Output(NamedTuple):
    """The output of the server, written in threads, because a pipe that nobody reads must not block requests."""

    out: "StreamWriter"
    err: "StreamWriter"

    def report(self, line: str) -> None:
        """Write a line to stderr."""
        self.err.write(f"mockorders: {line}")


@contextlib.contextmanager
def _output(options: ServeOptions) -> Iterator[Output]:
    """Set up the output; requests are logged with --log-requests, or if stderr is a terminal without --quiet."""
    from mockorders.observability.logs import logging_to
    from mockorders.observability.stream_writer import StreamWriter

    log_requests = options.log_requests or (sys.stderr.isatty() and not options.quiet)
    with logging_to(sys.stderr, log_requests=log_requests, form=options.log_format) as log:
        out = StreamWriter(sys.stdout)
        try:
            yield Output(out, log.writer)
        finally:
            out.close()


@contextlib.contextmanager
def _without_ca_certificates() -> Iterator[None]:
    """Let aiohttp be imported without loading the certificate authorities of the machine.

    On import it creates a TLS context for clients, which takes a fifth of the start-up time and is not used here.
    """
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, os.devnull))
    try:
        yield
    finally:
        for name in names:
            os.environ.pop(name)
        os.environ.update({name: value for name, value in before.items() if value is not None})
