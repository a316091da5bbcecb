"""One server process at most on a SQLite database: a second one would close the deliveries of the first.

The lock is the operating system's (`flock`), so that it ends with the process however that ends; the file stays.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qupia_server.errors import ConfigurationError


@contextmanager
def sole_use(database: Path) -> Iterator[None]:
    """Hold the database for the length of the context.

    Args:
        database: the SQLite file; the lock lies beside it.

    Raises:
        ConfigurationError: another server works on it, or the lock's file cannot be made.
    """
    try:
        lock = os.open(database.with_name(f"{database.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError({"home": "The lock file beside the database cannot be made; check rights."}) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError({"home": _taken(lock)}) from error
        except OSError as error:
            raise ConfigurationError({"home": "The file system knows no locks; use a local one."}) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(lock)


def _taken(lock: int) -> str:
    process = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
    who = f" (process {process})" if process.isdigit() else ""
    return f"Another `qupia serve` works on this database{who}: stop it first, or use PostgreSQL for several processes."
