"""How surely lines were read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qupia_redaction.model import Box
from qupia_redaction.ports import OcrWord

LETTERS = 3
"""A line of fewer letters may be anything."""


def by_line(words: Iterable[OcrWord]) -> list[list[OcrWord]]:
    """Return words line by line."""
    lines: dict[int, list[OcrWord]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return list(lines.values())


def length(line: Iterable[OcrWord]) -> int:
    """Return the number of letters and digits."""
    return sum(char.isalnum() for word in line for char in word.text.reveal())


def sure(line: Sequence[OcrWord]) -> float:
    """Return how surely a line was read, 0 to 1: the mean of its characters."""
    weights = [(len(word.text), word.confidence) for word in line]
    return sum(weight * sure for weight, sure in weights) / max(sum(weight for weight, _ in weights), 1)


def believed(words: Iterable[OcrWord], least: float) -> list[OcrWord]:
    """Return the words of lines that were read well, 0 to 1; single letters may be anything."""
    return [word for line in by_line(words) if sure(line) >= least and length(line) >= LETTERS for word in line]


def meets(one: Box, other: Box) -> bool:
    """Tell whether boxes share more than a third of the smaller one."""
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if high <= 0:
        return False  # most words stand on other lines
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    least = min((one.x1 - one.x0) * (one.y1 - one.y0), (other.x1 - other.x0) * (other.y1 - other.y0))
    return wide > 0 and wide * high > 0.3 * least
