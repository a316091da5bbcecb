"""The finder of workers that look for given terms only: no models, so that they start at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Detail, KnownPerson, PageText

NO_FINDER = "qupia_redaction.workers.no_finder:build"
"""Where a worker pool finds it."""


class NoFinder:
    """Refuses to look: an order that needs detectors must not pass for want of them."""

    def find(self, _pages: Sequence[PageText], _persons: Sequence[KnownPerson]) -> tuple[Detail, ...]:
        """Refuse.

        Raises:
            RedactionRefused: OBLIGATION_UNFULFILLABLE, always.
        """
        raise RedactionRefused(RefusalCode.OBLIGATION_UNFULFILLABLE)

    def versions(self) -> Mapping[str, str]:
        """Return nothing: it shapes nothing."""
        return {}


def build() -> NoFinder:
    """Build it."""
    return NoFinder()
