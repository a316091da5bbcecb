"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """Give a temporary file beside the target (mode 0600) that takes its name in one step when the block ends well.

    Only a killed process or a power cut can leave the temporary file (`.qupia-*.part`).

    Raises:
        OSError: the file cannot be written; nothing is left.
    """
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".qupia-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can; Windows cannot open folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
