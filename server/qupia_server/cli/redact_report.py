"""The report of `qupia redact`: how each file ended, without a single private value, place or length."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from qupia_redaction.errors import RedactionRefused
from qupia_redaction.model import Report
from qupia_redaction.rendition import CheckedRendition


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended: with a rendition, a refusal, or a fault of reading and writing files.

    Attributes:
        name: of the input file, without its folder.
        rendition: what was written.
        refused: why there is none.
        fault: why it could not be read or written.
    """

    name: str
    rendition: CheckedRendition | None = None
    refused: RedactionRefused | None = None
    fault: str = ""

    @property
    def done(self) -> bool:
        """Whether the rendition is written."""
        return self.rendition is not None

    @property
    def failed(self) -> bool:
        """Whether a file could not be read or written."""
        return bool(self.fault)

    def sentence(self, named: bool) -> str:
        """Return what a terminal shows.

        Args:
            named: begin with the file's name, for it is one of several.
        """
        who = f"{self.name}: " if named else ""
        if self.rendition is not None:
            report = self.rendition.report
            counts = ", ".join(f"{category.value} {count}" for category, count in sorted(report.marks.items()))
            return f"{who}{report.pages} pages, hidden: {counts or 'nothing'}; SHA-256 {self.rendition.sha256}"
        return f"qupia: {who}refused: {self.refused}" if self.refused is not None else f"qupia: {who}{self.fault}"


def report_of(outcomes: Sequence[Outcome], form: str) -> str:
    """Return the report as JSON: an object for one file; for several, one with a list of them under `files`."""
    files = [_plain(outcome, form) for outcome in outcomes]
    if len(files) == 1:
        return json.dumps(files[0], ensure_ascii=False, indent=1) + "\n"
    ends = {str(file["outcome"]) for file in files}
    worst = next(end for end in ("failed", "refused", "redacted") if end in ends)
    return json.dumps({"outcome": worst, "files": files}, ensure_ascii=False, indent=1) + "\n"


def _plain(outcome: Outcome, form: str) -> dict[str, object]:
    shown: dict[str, object] = {"file": outcome.name, "rendition": form}
    if outcome.rendition is not None:
        done: dict[str, object] = {"outcome": "redacted", "sha256": outcome.rendition.sha256}
        return shown | done | {"bytes": len(outcome.rendition.data)} | _counts(outcome.rendition.report)
    if outcome.refused is not None:
        why = {"code": outcome.refused.code.value, "page": outcome.refused.page, "channel": outcome.refused.channel}
        return shown | {"outcome": "refused", "reason": why}
    return shown | {"outcome": "failed", "reason": {"code": "IO", "page": None, "channel": ""}}


def _counts(report: Report) -> dict[str, object]:
    return {
        "pages": report.pages,
        "ocr_pages": report.ocr_pages,
        "hidden": {category.value: count for category, count in sorted(report.marks.items())},
        "kept": {category.value: count for category, count in sorted(report.kept.items())},
        "marks": [asdict(record) for record in report.records],
        "channels": dict(report.channels),
        "seconds": dict(report.seconds),
        "cpu_seconds": report.cpu_seconds,
        "engines": dict(report.engines),
    }
