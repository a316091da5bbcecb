"""A finding inside the folded text, before it becomes details on pages; and how findings are merged and cut."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qupia_redaction.model import Category

_WIDEST_LINE = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """A private detail in the folded text; the fields mean what they mean in `model.Detail`."""

    start: int
    end: int
    category: Category
    score: float
    found_by: str
    person_id: str | None = None
    classes: frozenset[Category] = frozenset()


class Ranges:
    """Disjoint ranges of a text, asked in logarithmic time.

    Args:
        spans: any order; overlapping ones are joined.
    """

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if self._spans and start < self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(end, self._spans[-1][1]))
            else:
                self._spans.append((start, end))
        self._ends = [end for _, end in self._spans]

    @property
    def spans(self) -> Sequence[tuple[int, int]]:
        """Return the ranges in order."""
        return self._spans

    def touching(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges that share a character with `start`..`end`."""
        for at in range(bisect_right(self._ends, start), len(self._spans)):
            if self._spans[at][0] >= end:
                return
            yield self._spans[at]

    def covers(self, start: int, end: int) -> bool:
        """Tell whether one range holds the whole of `start`..`end`."""
        return any(a <= start and end <= b for a, b in self.touching(start, end))


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Join overlapping findings of one category; the surest names the recognizer, disagreement drops the owner."""
    by_category: defaultdict[Category, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_category[finding.category].append(finding)
    merged = [joined for group in by_category.values() for joined in _merge_group(group)]
    return sorted(merged, key=lambda f: (f.start, f.end))


def _merge_group(group: list[Finding]) -> list[Finding]:
    merged: list[Finding] = []
    for finding in sorted(group, key=lambda f: (f.start, f.end)):
        if merged and finding.start < merged[-1].end:
            merged[-1] = merged[-1] if _holds(merged[-1], finding) else _join(merged[-1], finding)
        else:
            merged.append(finding)
    return merged


def _holds(one: Finding, other: Finding) -> bool:
    """Tell whether joining would change nothing: the surer one is as wide and has the same owner."""
    same = one.person_id == other.person_id and other.classes <= one.classes
    return same and one.score >= other.score and one.end >= other.end


def _join(one: Finding, other: Finding) -> Finding:
    best = one if one.score >= other.score else other
    owner = one.person_id if one.person_id == other.person_id else None
    start, end = min(one.start, other.start), max(one.end, other.end)
    return replace(best, start=start, end=end, person_id=owner, classes=one.classes | other.classes)


def subtract(findings: Iterable[Finding], kept: Ranges, text: str) -> list[Finding]:
    """Cut the kept ranges out of the findings; pieces without a letter or digit vanish."""
    result: list[Finding] = []
    for finding in findings:
        at = finding.start
        pieces = []
        for start, end in kept.touching(finding.start, finding.end):
            pieces.append((at, start))
            at = end
        if at == finding.start and not pieces and any(map(str.isalnum, text[at : finding.end])):
            result.append(finding)
            continue
        pieces.append((at, finding.end))
        result += [replace(finding, start=a, end=b) for a, b in pieces if a < b and any(c.isalnum() for c in text[a:b])]
    return result


def line_of(text: str, finding: Finding) -> tuple[int, int]:
    """Return where the line of a finding begins and ends, at most `_WIDEST_LINE` away from it.

    A line without an end must not be read once a name.
    """
    first, last = max(0, finding.start - _WIDEST_LINE), min(len(text), finding.end + _WIDEST_LINE)
    end = text.find("\n", finding.end, last)
    return max(first, text.rfind("\n", first, finding.start) + 1), end if end >= 0 else last
