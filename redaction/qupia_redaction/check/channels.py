"""The channels of the check: closed words for reports and refusals, and a note of how each ended."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from qupia_redaction.errors import RedactionRefused, RefusalCode

CLEAN = "clean"
NOT_NEEDED = "not needed"


class Channel(StrEnum):
    """Ways in which a rendition could tell something. Closed vocabulary of reports and refusals."""

    OBJECTS = "objects"
    PAGES = "pages"
    BYTES = "bytes"
    TEXT = "text"
    OPERATORS = "operators"
    UNDER_MARKS = "under_marks"
    MARKS = "marks"
    SIZES = "sizes"
    CODES = "codes"
    SIGHT = "sight"
    WAYS = "ways"


class Looked:
    """What has been looked at so far."""

    def __init__(self) -> None:
        self._clean: set[Channel] = set()

    def clean(self, channel: Channel) -> None:
        """Note that a channel was looked at and told nothing."""
        self._clean.add(channel)

    @property
    def results(self) -> Mapping[str, str]:
        """How each channel ended: clean, or not needed, since there was nothing of its kind."""
        return {channel.value: CLEAN if channel in self._clean else NOT_NEEDED for channel in Channel}


def leak(channel: Channel, page: int | None = None) -> RedactionRefused:
    """Return the refusal for a trace: it names the channel and never what was found."""
    return RedactionRefused(RefusalCode.LEAK_FOUND, page, channel.value)
