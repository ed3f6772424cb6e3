"""Delete the sandboxes of a SQLite store, long ones in steps."""

from collections.abc import Callable, Generator

from mockorders.store.sqlite_file import StoreFile
from mockorders.store.sqlite_writing import delete_rows, delete_some, has_many_rows, mark_deleted


class Deletions:
    """Deletes sandboxes; `left_over` are those that still have rows. Methods raise sqlite3.Error or StoreError."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file
        self.left_over: set[str] = set()

    def begin(self, sandbox: str, delete_others: Callable[..., None]) -> None:
        """Delete a sandbox, but if that takes long, leave its rows to `finish`.

        `delete_others` is called with the connection and the name, in the same transaction.
        """
        with self._file.transaction() as writer:
            is_long = has_many_rows(writer, sandbox)
            (mark_deleted if is_long else delete_rows)(writer, sandbox)
            delete_others(writer, sandbox)
        if is_long:
            self.left_over.add(sandbox)

    def finish(self, sandbox: str) -> Generator[None, None, None]:
        """Delete what is left over of a sandbox. Yields between short transactions."""
        has_more = sandbox in self.left_over
        while has_more:
            yield
            with self._file.transaction() as writer:
                has_more = delete_some(writer, sandbox)
        self.left_over.discard(sandbox)
