"""Build an engine that has shown what it does: no bundle decides anything before its own cases passed on it."""

from __future__ import annotations

from .bundle import Bundle
from .cases import run_bundle_cases
from .engine import PolicyEngine
from .errors import BundleRefused, Finding


def build_engine(bundle: Bundle) -> PolicyEngine:
    """Fill an engine and run the bundle's cases on it.

    Who swaps bundles builds the new engine first and replaces its own reference after: requests keep the engine they
    started with, and a bad bundle never replaces a good one.

    Raises:
        BundleRefused: a case fails, cannot be read, or there is none.
    """
    engine = PolicyEngine(bundle)
    report = run_bundle_cases(engine)
    findings = [*report.findings]
    findings += [
        Finding(result.file, result.case_id, result.line, "CASE_FAILED", result.message)
        for result in report.results
        if not result.passed
    ]
    if not report.results and not findings:
        findings.append(Finding("cases", "", 0, "NO_CASES", "Add cases: a bundle without tests is not put in force."))
    if findings:
        raise BundleRefused(tuple(findings))
    return engine
