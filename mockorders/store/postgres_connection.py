"""Connections to PostgreSQL: opened with limits in time, and what their errors mean."""

from collections.abc import Awaitable, Callable
from typing import Any

from mockorders.formats.store_location import redacted
from mockorders.store.postgres_schema import SCHEMA
from mockorders.store.records import StoreError, StoreUnavailableError

CONNECT_SECONDS = 2
STATEMENT_SECONDS = 5  # after which the server ends a statement, so that none can wait for longer
LONG_SECONDS = 60  # of a statement that loads or merges much

try:
    import asyncpg
    from asyncpg import exceptions
except ImportError as error:  # pragma: no cover - the tests have it
    MISSING = "PostgreSQL needs the package asyncpg: pip install 'mockorders[postgres]'"
    raise StoreError(MISSING) from error

SETTINGS = {
    "search_path": SCHEMA,
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "idle_in_transaction_session_timeout": str(STATEMENT_SECONDS * 1000),
}
CONFLICTS = (exceptions.DeadlockDetectedError, exceptions.SerializationError)
LOST = (
    OSError,
    EOFError,
    TimeoutError,
    exceptions.InterfaceError,
    exceptions.PostgresConnectionError,
    exceptions.OperatorInterventionError,
    exceptions.ReadOnlySQLTransactionError,  # of a server that is not the primary one anymore
    exceptions.InternalClientError,
)
FAILED = (*LOST, exceptions.PostgresError)
REFUSED = (
    exceptions.InvalidAuthorizationSpecificationError,
    exceptions.InvalidCatalogNameError,
    exceptions.ClientConfigurationError,
    exceptions.InsufficientPrivilegeError,
)


async def connect(location: str, replica: str, seconds: int = STATEMENT_SECONDS) -> Any:
    """Return a connection whose statements may take some time.

    Raises one of `FAILED`, and StoreError if it can never succeed.
    """
    limit = {"statement_timeout": str(seconds * 1000)}
    settings = {**SETTINGS, **limit, "application_name": f"mockorders {replica}"[:60]}
    try:
        return await asyncpg.connect(  # type: ignore[no-untyped-call]
            location, timeout=CONNECT_SECONDS, command_timeout=seconds, server_settings=settings
        )
    except REFUSED as error:
        message = f"{redacted(location)}: {error}"
        raise StoreError(message) from error
    except (ValueError, TypeError) as error:
        message = f"{redacted(location)}: expected the URL of a PostgreSQL database"
        raise StoreError(message) from error


async def create_pool(connect: Callable[..., Awaitable[Any]], size: int) -> Any:
    """Return a pool of at most `size` connections."""
    return await asyncpg.create_pool(connect=connect, min_size=0, max_size=size)  # type: ignore[no-untyped-call]


def close(connection: Any) -> None:
    """End a connection at once."""
    connection.terminate()


def unavailable(location: str, error: BaseException, *, is_unknown: bool = False) -> StoreUnavailableError:
    """Return the error of requests while a store cannot be used; `is_unknown` if a change may have been kept."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, TimeoutError):
        reason = "no response in time"
    problem = StoreUnavailableError(f"{redacted(location)}: {reason}")
    if is_unknown:
        problem.detail = f"The store failed, and it is not known whether it kept the change: {problem.detail}"
    return problem
