"""The errors of the policy library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error refuses the bundle whole, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a bundle: where it is and what to do.

    Attributes:
        file: file inside the bundle.
        rule: rule or case id, or empty.
        line: line in the file from 1, or 0 when unknown.
        code: UPPER_SNAKE name of the fault.
        advice: a sentence on what to do.
        severity: error or warning.
    """

    file: str
    rule: str
    line: int
    code: str
    advice: str
    severity: Severity = Severity.ERROR


class PolicyError(Exception):
    """Base of this library's errors."""


class BundleRefused(PolicyError):
    """Refuse a bundle whole; `findings` says why.

    Attributes:
        findings: every fault that was found, at least one.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        lines = (f"{f.file}:{f.line} {f.rule} {f.code}: {f.advice}" for f in findings)
        super().__init__("bundle refused: " + "; ".join(lines))
        self.findings = findings
