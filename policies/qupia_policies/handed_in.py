"""Admit a bundle's files that were handed in by name, and not as a folder.

The names and bytes may be hostile: a name is one of the format's own, so that nothing can be written outside the
bundle, and the limits of a folder hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .errors import BundleRefused, Finding
from .loader import FOLDERS, MAX_BUNDLE_BYTES, MAX_FILE_BYTES, MAX_FILES, SINGLE_FILES

_INSIDE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.yaml")


def admitted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files sorted by name.

    Raises:
        BundleRefused: a name that the format does not have, or too much.
    """
    wrong = sorted(name for name in files if not _named_well(name))
    findings = [_finding(name, "UNEXPECTED_FILE", "Keep only the files of the bundle format.") for name in wrong]
    large = sorted(name for name, data in files.items() if len(data) > MAX_FILE_BYTES)
    findings += [_finding(name, "FILE_TOO_LARGE", f"Keep a file below {MAX_FILE_BYTES} bytes.") for name in large]
    if not files or len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BUNDLE_BYTES:
        advice = f"Give 1 to {MAX_FILES} files of at most {MAX_BUNDLE_BYTES} bytes."
        findings.append(_finding(".", "BUNDLE_TOO_LARGE" if files else "UNREADABLE", advice))
    if findings:
        raise BundleRefused(tuple(findings))
    return dict(sorted(files.items()))


def _named_well(name: str) -> bool:
    folder, slash, rest = name.partition("/")
    return name in SINGLE_FILES if not slash else folder in FOLDERS and bool(_INSIDE.fullmatch(rest))


def _finding(name: str, code: str, advice: str) -> Finding:
    shown = name if name.isascii() and name.isprintable() else "?"
    return Finding(shown[:120], "", 0, code, advice)
