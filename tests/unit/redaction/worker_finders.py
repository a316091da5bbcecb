"""Finders for worker processes in tests: quick ones, and ones that misbehave on demand."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence

from qupia_redaction.model import Detail, KnownPerson, PageText
from tests.unit.redaction.pdfs.build import TermFinder


class MoodyFinder(TermFinder):
    """Does what the first line of the document tells it to."""

    def find(self, pages: Sequence[PageText], persons: Sequence[KnownPerson]) -> tuple[Detail, ...]:
        first = pages[0].text.reveal().split("\n")[0]
        if first == "SLEEP":
            subprocess.run(["sleep", "600"], check=False)  # as Tesseract would run
        if first == "DIE":
            os._exit(3)
        if first == "RAISE":
            raise LookupError(first)
        if first == "EAT":
            eaten = [bytearray(32 << 20) for _ in range(200)]
            time.sleep(len(eaten) * 10)
        return super().find(pages, persons)

    def versions(self) -> Mapping[str, str]:
        return {"moody": "1", "environment": " ".join(sorted(os.environ))}


def build() -> MoodyFinder:
    """Return the finder, as workers ask for it."""
    return MoodyFinder()
