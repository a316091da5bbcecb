"""Open object stores (folder, memory, S3) and name their failures."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, MemoryStore, S3Store

from qupia_server.errors import ConfigurationError, Unavailable

Store = LocalStore | MemoryStore | S3Store
"""What the adapters were tried on."""

_PRIVATE_FOLDER = 0o700

_log = structlog.get_logger("qupia.store")


class StoreFailure(Exception):
    """Stands in for a store's error as cause: its class name only, since stores quote paths and answers."""


@contextlib.contextmanager
def store_errors(step: str) -> Iterator[None]:
    """Turn whatever a store raises into `Unavailable`; an object that is not there passes as `NotFoundError`.

    Raises:
        Unavailable: the store is away, full or refuses.
    """
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise
    except (BaseError, OSError) as error:
        name = type(error).__name__
        _log.error("store away", step=step, error=name)
        raise Unavailable from StoreFailure(name)


def open_folder(folder: Path) -> LocalStore:
    """Return a store over a folder, made for the owner only.

    Raises:
        ConfigurationError: the folder cannot be made or used.
    """
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.chmod(_PRIVATE_FOLDER)
    except OSError as error:
        raise ConfigurationError({"storage": "the folder cannot be made; check path and rights"}) from error
    return LocalStore(folder, automatic_cleanup=True)


async def make_durable(store: Store, path: str) -> None:
    """Have a folder's object on the disk, not only in the machine's memory; S3 answers when it is.

    Raises:
        OSError: the disk refuses.
    """
    if isinstance(store, LocalStore) and store.prefix is not None:
        file = Path(store.prefix) / path
        await asyncio.to_thread(_sync, file)
        await asyncio.to_thread(_sync, file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_s3(bucket: str, options: Mapping[str, str], *, prefix: str | None = None, allow_http: bool = False) -> S3Store:
    """Return a store over an S3 bucket that gives up soon, so that a store that is away is `Unavailable`, not a hang.

    Give the bucket a lifecycle rule that aborts incomplete multipart uploads after a day: a process that is killed in
    the middle of an upload cannot take its parts back.

    Args:
        bucket: name of the bucket.
        options: obstore's S3 options: `endpoint`, `region`, `access_key_id`, `secret_access_key`, ...
        prefix: everything goes below it.
        allow_http: for loopback only.
    """
    return S3Store(
        bucket,
        prefix=prefix,
        config=dict(options),  # type: ignore[arg-type] # a typed dict of the same names
        client_options={"connect_timeout": "3s", "timeout": "60s", "allow_http": allow_http},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=8)},
    )
