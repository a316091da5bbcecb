"""Read a bundle's folder into bytes, once.

The folder may be hostile. Attacks and limits: symbolic links and special files are refused (a link would read
outside the folder), only the names of the format are read (no traversal, no surprises), at most 2,000 files,
32 MiB a file and 64 MiB together. Each file is opened without following links and read once, so the bytes
that are hashed are the bytes that are parsed.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from .errors import BundleRefused, Finding

MAX_FILES = 2_000
MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
SINGLE_FILES = ("bundle.yaml", "schema.yaml", "obligations.yaml")
FOLDERS = ("rules", "overlays", "cases")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.yaml")


def _refuse(file: str, code: str, advice: str) -> BundleRefused:
    # A name that is no UTF-8 comes from the system with half characters in it, which no output can hold.
    told = file.encode("utf-8", "replace").decode("utf-8")
    return BundleRefused((Finding(told, "", 0, code, advice),))


def _entries(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as listing:
            found = sorted(islice(listing, MAX_FILES + 1), key=lambda entry: entry.name)
    except OSError as error:
        raise _refuse(prefix or ".", "UNREADABLE", "Give a folder that can be read.") from error
    if len(found) > MAX_FILES:
        raise _refuse(prefix or ".", "BUNDLE_TOO_LARGE", f"Keep below {MAX_FILES} files.")
    for entry in found:
        yield prefix + entry.name, entry


def _listed(folder: Path) -> Iterator[tuple[str, Path]]:
    for name, entry in _entries(folder, ""):
        if entry.is_symlink():
            raise _refuse(name, "SYMLINK", "Put the file itself into the bundle, not a link.")
        if entry.is_dir() and name in FOLDERS:
            yield from _listed_inside(Path(entry.path), name)
        elif name in SINGLE_FILES:
            yield name, Path(entry.path)
        else:
            raise _refuse(name, "UNEXPECTED_FILE", "Keep only the files of the bundle format in the folder.")


def _listed_inside(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for name, entry in _entries(folder, prefix + "/"):
        if entry.is_symlink():
            raise _refuse(name, "SYMLINK", "Put the file itself into the bundle, not a link.")
        if not _NAME.fullmatch(entry.name):
            raise _refuse(name, "UNEXPECTED_FILE", "Name files with letters, digits, '-', '_' and '.yaml'.")
        yield name, Path(entry.path)


def _read(name: str, path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise _refuse(name, "UNREADABLE", "Make the file readable and no link.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _refuse(name, "UNEXPECTED_FILE", "Keep ordinary files only.")
    try:
        with os.fdopen(handle, "rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _refuse(name, "UNREADABLE", "Make the file readable.") from error
    if len(data) > MAX_FILE_BYTES:
        raise _refuse(name, "FILE_TOO_LARGE", f"Keep a file below {MAX_FILE_BYTES} bytes.")
    return data


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of a bundle's folder.

    Args:
        folder: the bundle.

    Returns:
        Bytes by name inside the bundle (`rules/public.yaml`), sorted by name.

    Raises:
        BundleRefused: a link, a stranger, a limit, or a folder that cannot be read.
    """
    files: dict[str, bytes] = {}
    total = 0
    for name, path in _listed(folder):
        files[name] = _read(name, path)
        total += len(files[name])
        if total > MAX_BUNDLE_BYTES or len(files) > MAX_FILES:
            raise _refuse(name, "BUNDLE_TOO_LARGE", f"Keep below {MAX_FILES} files, {MAX_BUNDLE_BYTES} bytes.")
    return dict(sorted(files.items()))


def content_version(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 (hex) over names and bytes, each preceded by its length.

    The lengths keep two different bundles from having one encoding.
    """
    digest = hashlib.sha256(b"qupia-bundle-1\n")
    for name in sorted(files):
        encoded = name.encode("utf-8")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
        digest.update(len(files[name]).to_bytes(8, "big") + files[name])
    return digest.hexdigest()
