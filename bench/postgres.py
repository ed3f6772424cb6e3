"""A PostgreSQL server with new data on a free port: for tests, benchmarks and `tools/store_crashes.py`.

PostgreSQL does not run as root: then it runs as the user `postgres` or `nobody`, who owns its folder.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from bench.load import HOST
from bench.servers import MissingProgram, free_port

TIMEOUT_SECONDS = 60
AT_ONCE = getattr(signal, "SIGQUIT", signal.SIGTERM)  # Windows has no signals, and ends a process in any case
POLL_SECONDS = 0.005
ROLE = "mockorders"
PROGRAMS = ("initdb", "postgres", "psql")
DEBIAN_FOLDERS = "/usr/lib/postgresql"
USERS = ("postgres", "nobody")
EMPTY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    DROP SCHEMA IF EXISTS mockorders, public CASCADE;
    CREATE SCHEMA public;
"""
STATUS_LINE = 7  # of postmaster.pid: `pg_ctl --wait` reads it too
MISSING = (
    "NO POSTGRESQL IS INSTALLED: the store of replicas was not tested. `apt-get install postgresql` installs it; "
    f"{', '.join(PROGRAMS)} are looked for in PATH and in {DEBIAN_FOLDERS}."
)


def find_programs() -> Path | None:
    """Return the folder with PostgreSQL's programs, if they are installed; Debian has one for each version."""
    found = shutil.which(PROGRAMS[0])
    folders = [] if found is None else [Path(found).resolve().parent]
    folders += sorted(Path(DEBIAN_FOLDERS).glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in PROGRAMS):
            return folder
    return None


def find_user() -> str | None:
    """Return the user that PostgreSQL has to run as, or None for that of this process."""
    if os.name == "nt" or os.geteuid():
        return None
    import pwd

    known = {each.pw_name for each in pwd.getpwall()}
    return next((name for name in USERS if name in known), None)


def _with_parent() -> list[str]:
    """Return the start of a command that ends with this process, even if that is killed; nothing if it cannot."""
    setpriv = shutil.which("setpriv")
    return [] if setpriv is None else [setpriv, "--pdeathsig", "QUIT"]


class PostgresServer:
    """A server that can be stopped, killed and started again at the same port.

    Without `is_durable`, it does not wait for the disk: its data survives a kill, but not a loss of power.
    """

    def __init__(self, folder: Path, *, is_durable: bool = False) -> None:
        programs = find_programs()
        if programs is None:
            raise MissingProgram(MISSING)
        self._programs = programs
        self._folder = folder
        self._user = find_user()
        self._fsync = "on" if is_durable else "off"
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        if self._user is not None:
            shutil.chown(folder, self._user)
        options = ("--auth=trust", f"--username={ROLE}", "--encoding=UTF8", "--locale=C", "--no-sync")
        self._run("initdb", f"--pgdata={self._data}", "--no-instructions", *options)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def pid(self) -> int:
        """The process id of the server. Raises RuntimeError if it is stopped."""
        if self._process is None:
            message = "PostgreSQL is stopped"
            raise RuntimeError(message)
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://{ROLE}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, and wait until it accepts connections."""
        options = (
            f"--port={self.port}",
            f"--listen-addresses={HOST}",
            f"--fsync={self._fsync}",
            f"--unix-socket-directories={'' if os.name == 'nt' else self._folder}",
            "--shared-buffers=32MB",
        )
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_with_parent(), self._programs / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                start_new_session=True,  # Ctrl+C ends the tests first, which then stop the server
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + TIMEOUT_SECONDS
        while not self._is_ready():
            if self._process is None or self._process.poll() is not None or time.monotonic() > until:
                message = f"PostgreSQL did not start: {(self._folder / 'log').read_text(encoding='utf-8')[-2000:]}"
                raise RuntimeError(message)
            time.sleep(POLL_SECONDS)

    def _is_ready(self) -> bool:
        """Return whether the server has written that it is ready; its file may be that of a killed one."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return lines[:1] == [str(self.pid)] and "".join(lines[STATUS_LINE:]).strip() == "ready"

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop the server, if it runs: SIGINT disconnects all clients, SIGQUIT also skips writing what is in memory."""
        if self._process is not None:
            if os.name == "nt":
                self._process.terminate()
            else:
                self._process.send_signal(number)
            self._process.wait(TIMEOUT_SECONDS)
            self._process = None

    def restart(self, number: int = signal.SIGINT) -> None:
        """Stop the server by a signal, and start it again."""
        self.stop(number)
        self.start()

    def execute(self, statement: str, database: str = "postgres") -> list[str]:
        """Run SQL; return the rows, their columns separated by `|`."""
        options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
        return self._run("psql", *options, f"--command={statement}", self.url(database)).splitlines()

    def create_database(self) -> str:
        """Create an empty database; return its name."""
        name = f"d{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        """Delete a database, and disconnect its clients."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def empty_database(self, name: str) -> None:
        """Delete all tables of a database, and disconnect its clients: a tenth of the time of a new database."""
        self.execute(EMPTY, name)

    def _run(self, program: str, *arguments: str) -> str:
        command: Sequence[str | Path] = [self._programs / program, *arguments]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=self._folder,
            user=self._user,
            timeout=TIMEOUT_SECONDS,
        )
        if done.returncode:
            message = f"{program}: {done.stderr}"
            raise RuntimeError(message)
        return done.stdout


@contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """Run a server until the block ends. Raises MissingProgram if PostgreSQL is not installed."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder), is_durable=is_durable)
        server.start()
        try:
            yield server
        finally:
            server.stop(AT_ONCE)
