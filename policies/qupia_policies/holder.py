"""Hold the active engine and swap it atomically; a bad bundle never replaces a good one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from .bundle import Bundle, load_bundle
from .cases import run_bundle_cases
from .engine import PolicyEngine
from .errors import BundleRefused, Finding, PolicyError
from .model import Snapshot


class NoPolicy(PolicyError):
    """No bundle was loaded yet: the service is not ready."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class PolicyHolder:
    """Give out the active engine; requests in flight keep the one they started with.

    Args:
        clock: gives the instant (UTC) that a snapshot names as its loading time.
    """

    def __init__(self, clock: Callable[[], datetime] = _utc_now) -> None:
        """Start without a bundle."""
        self._clock = clock
        self._lock = threading.Lock()
        self._active: tuple[PolicyEngine, Snapshot] | None = None

    def current(self) -> PolicyEngine:
        """Return the active engine.

        Raises:
            NoPolicy: nothing was loaded yet.
        """
        return self._held()[0]

    def snapshot(self) -> Snapshot:
        """Return what a caller may know of the active bundle.

        Raises:
            NoPolicy: nothing was loaded yet.
        """
        return self._held()[1]

    def swap(self, bundle_dir: Path) -> Snapshot:
        """Load a bundle, run its cases, then put it in force in one step.

        Args:
            bundle_dir: the bundle's folder.

        Returns:
            The new snapshot.

        Raises:
            BundleRefused: a fault or a failing case; the bundle in force stays.
        """
        engine = build_engine(load_bundle(bundle_dir))
        snapshot = Snapshot(engine.bundle.version, engine.bundle.title, len(engine.bundle.rules), self._clock())
        with self._lock:
            self._active = (engine, snapshot)
        return snapshot

    def _held(self) -> tuple[PolicyEngine, Snapshot]:
        active = self._active
        if active is None:
            raise NoPolicy("no policy bundle is loaded")
        return active


def build_engine(bundle: Bundle) -> PolicyEngine:
    """Fill an engine and run the bundle's cases on it.

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
