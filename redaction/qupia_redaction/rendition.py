"""The proof type of the pipeline: a rendition that another reader has checked.

Only `qupia_redaction.check` calls `issue`; only a keeper that authenticated the bytes itself (the rendition cache)
calls `restore`. A test walks the source and fails on any other caller. A rendition crosses from a worker process
by `_arrive`.
"""

from __future__ import annotations

import hashlib

from qupia_redaction.model import Report

_PROOF = object()


class CheckedRendition:
    """Bytes that may leave, with the report of how they came about. Immutable; `repr` shows no bytes.

    Attributes:
        data: the finished PDF.
        sha256: digest of `data`, hex.
        report: counts, times and engines; no private value.
    """

    __slots__ = ("data", "report", "sha256")

    data: bytes
    sha256: str
    report: Report

    def __init__(self, data: bytes, report: Report, proof: object) -> None:
        if proof is not _PROOF:
            raise TypeError("only the check makes a CheckedRendition")
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "sha256", hashlib.sha256(data).hexdigest())
        object.__setattr__(self, "report", report)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a CheckedRendition does not change")

    def __repr__(self) -> str:
        return f"CheckedRendition({len(self.data)} bytes, {self.report.pages} pages)"

    def __reduce__(self) -> tuple[object, tuple[bytes, Report]]:
        """Cross the process boundary between a worker and its pool."""
        return (_arrive, (self.data, self.report))


def _arrive(data: bytes, report: Report) -> CheckedRendition:
    return CheckedRendition(data, report, _PROOF)


def issue(data: bytes, report: Report) -> CheckedRendition:
    """Make the rendition after the check has passed. For `qupia_redaction.check` only."""
    return CheckedRendition(data, report, _PROOF)


def restore(data: bytes, report: Report) -> CheckedRendition:
    """Make a rendition of bytes that passed the check earlier and were authenticated since. For caches only."""
    return CheckedRendition(data, report, _PROOF)
